using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Serverless.Access.Issuers;

/// <summary>
/// The public keys of an issuer (OpenID Connect Discovery 1.0, RFC 7517). They are fetched when a token needs them, for all callers together, and
/// however many tokens name a key that is not there, not again within <see cref="Spacing"/>.
/// </summary>
internal sealed partial class IssuerKeys(string issuer, IDocumentRetriever documents, TimeProvider time, ILogger<IssuerKeys> logger) : IDisposable
{
    /// <summary>Between two attempts to fetch.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromSeconds(10);

    /// <summary>After so long keys are fetched again, also when the token's key is among them.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    /// <summary>For so long keys are believed of an issuer that cannot be reached.</summary>
    public static readonly TimeSpan MaxAgeInOutage = TimeSpan.FromHours(24);

    private const int MinRsaBits = 2048;

    private readonly SemaphoreSlim _fetching = new(1, 1);
    private Known? _known;
    private Attempt? _attempt;

    /// <param name="id">The key's id, as the token names it.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>The key; null when the issuer has no such key, or, if <c>IsKnown</c> is false, when nobody can tell because it does not answer.</returns>
    public async ValueTask<(bool IsKnown, SecurityKey? Key)> FindAsync(string id, CancellationToken cancellation)
    {
        if (Find(id, MaxAge) is { } key)
        {
            return (true, key);
        }

        await _fetching.WaitAsync(cancellation);
        try
        {
            if (Find(id, MaxAge) is { } fetched)
            {
                return (true, fetched);
            }

            if (_attempt is not { } last || time.GetElapsedTime(last.At) >= Spacing)
            {
                _attempt = new Attempt(time.GetTimestamp(), await TryFetchAsync(cancellation));
            }

            var kept = Find(id, MaxAgeInOutage);
            return (kept is not null || _attempt.Succeeded, kept);
        }
        finally
        {
            _fetching.Release();
        }
    }

    public void Dispose() => _fetching.Dispose();

    private SecurityKey? Find(string id, TimeSpan maxAge) =>
        _known is { } known && time.GetElapsedTime(known.FetchedAt) < maxAge && known.Keys.TryGetValue(id, out var key) ? key : null;

    private async Task<bool> TryFetchAsync(CancellationToken cancellation)
    {
        try
        {
            var fetchedAt = time.GetTimestamp();
            var address = $"{issuer.TrimEnd('/')}/.well-known/openid-configuration";
            var configuration = await OpenIdConnectConfigurationRetriever.GetAsync(address, documents, cancellation);
            if (configuration.Issuer != issuer)
            {
                LogOtherIssuer(issuer);
                return false;
            }

            var keys = configuration.SigningKeys.Where(IsStrong).DistinctBy(key => key.KeyId, StringComparer.Ordinal);
            _known = new Known(fetchedAt, keys.ToImmutableDictionary(key => key.KeyId, StringComparer.Ordinal));
            return true;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && IsIssuersFault(e))
        {
            LogUnreachable(e, issuer);
            return false;
        }
    }

    private static bool IsStrong(SecurityKey key) => key is AsymmetricSecurityKey && !string.IsNullOrEmpty(key.KeyId) && (key is ECDsaSecurityKey || key.KeySize >= MinRsaBits);

    // It does not answer in time, or not with documents of this kind.
    private static bool IsIssuersFault(Exception fault) =>
        fault is IOException or HttpRequestException or OperationCanceledException or InvalidOperationException or ArgumentException or FormatException or System.Text.Json.JsonException;

    [LoggerMessage(LogLevel.Warning, "The keys of the issuer {Issuer} cannot be fetched; its tokens are not taken as long as none are known.")]
    private partial void LogUnreachable(Exception fault, string issuer);

    [LoggerMessage(LogLevel.Warning, "What is discovered below {Issuer} is of another issuer; its tokens are not taken.")]
    private partial void LogOtherIssuer(string issuer);

    private sealed record Known(long FetchedAt, ImmutableDictionary<string, SecurityKey> Keys);

    private sealed record Attempt(long At, bool Succeeded);
}
