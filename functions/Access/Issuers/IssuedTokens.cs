using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Serverless.Management;

namespace Serverless.Access.Issuers;

/// <summary>
/// Takes tokens of others: JSON Web Tokens (RFC 7519, RFC 8725) of the issuers that the settings name, signed with a key that the issuer publishes.
/// What can be seen to be wrong without that key is refused before anybody asks for it.
/// </summary>
internal sealed partial class IssuedTokens : IDisposable
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384,
    ];

    private readonly JsonWebTokenHandler _handler = new();
    private readonly ImmutableArray<TokenIssuer> _issuers;
    private readonly FrozenDictionary<string, IssuerKeys> _keys;
    private readonly TimeProvider _time;
    private readonly ILogger<IssuedTokens> _logger;

    public IssuedTokens(IOptions<EntraIdOptions> entraId, IOptions<FederatedOptions> federated, IssuerHttp http, TimeProvider time, ILoggerFactory logging)
    {
        _time = time;
        _logger = logging.CreateLogger<IssuedTokens>();
        _issuers =
        [
            .. entraId.Value.TenantId.Length > 0 ? [TokenIssuer.EntraId(entraId.Value)] : Array.Empty<TokenIssuer>(),
            .. federated.Value.Rules.OrderBy(rule => rule.Key, StringComparer.Ordinal).Select(rule => TokenIssuer.Federated(rule.Key, rule.Value)),
        ];
        _keys = _issuers.Select(issuer => issuer.Issuer).Distinct(StringComparer.Ordinal).ToFrozenDictionary(
            issuer => issuer,
            issuer => new IssuerKeys(issuer, http.Documents(issuer), time, logging.CreateLogger<IssuerKeys>()),
            StringComparer.Ordinal);
    }

    /// <param name="text">What the caller presents.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The principal; neither that nor a problem when the token is not to be taken.</returns>
    public async ValueTask<(Problem? Problem, Principal? Principal)> FindAsync(string text, CancellationToken cancellation)
    {
        if (Read(text) is not { } token)
        {
            return default;
        }

        TokenIssuer[] issuers = [.. _issuers.Where(issuer => issuer.Issuer == token.Issuer && token.Audiences.Contains(issuer.Audience, StringComparer.Ordinal))];
        var isPlausible = Algorithms.Contains(token.Alg) && !string.IsNullOrEmpty(token.Kid) && IsCurrent(token.ValidFrom, token.ValidTo);
        if (issuers.Length == 0 || !isPlausible)
        {
            return Refuse(token, issuers, "its audience, time or algorithm is not right");
        }

        var (isKnown, key) = await _keys[token.Issuer].FindAsync(token.Kid, cancellation);
        if (!isKnown)
        {
            return (Problem.IssuerUnavailable, null);
        }

        if (key is null || await _handler.ValidateTokenAsync(token, Parameters(issuers, key)) is not { IsValid: true })
        {
            return Refuse(token, issuers, key is null ? "its key is not the issuer's" : "its signature does not hold");
        }

        var principal = issuers.Select(issuer => issuer.Read(token)).FirstOrDefault(principal => principal is not null);
        return principal is null ? Refuse(token, issuers, "its claims are not those of the settings") : (null, principal);
    }

    public void Dispose()
    {
        foreach (var keys in _keys.Values)
        {
            keys.Dispose();
        }
    }

    private static JsonWebToken? Read(string text)
    {
        try
        {
            return text.Count(c => c == '.') == 2 ? new JsonWebToken(text) : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private TokenValidationParameters Parameters(TokenIssuer[] issuers, SecurityKey key) => new()
    {
        ValidIssuer = issuers[0].Issuer,
        ValidAudiences = issuers.Select(issuer => issuer.Audience),
        ValidAlgorithms = Algorithms,
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = false,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        LifetimeValidator = (from, to, _, _) => IsCurrent(from, to),
    };

    private bool IsCurrent(DateTime? from, DateTime? to)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return to is { } end && end > DateTime.MinValue && now < end + ClockSkew && (from is not { } begin || begin - ClockSkew <= now);
    }

    private (Problem? Problem, Principal? Principal) Refuse(JsonWebToken token, TokenIssuer[] issuers, string why)
    {
        if (_keys.ContainsKey(token.Issuer))
        {
            LogRefused(token.Issuer, issuers.Length == 0 ? "its audience is none of the settings" : why);
        }

        return default;
    }

    // Without anything that the caller wrote: the issuer is one of the settings.
    [LoggerMessage(LogLevel.Information, "A token of {Issuer} was refused: {Why}.")]
    private partial void LogRefused(string issuer, string why);
}
