using System.Collections.Immutable;
using System.Security.Cryptography;
using Serverless.Releases;

namespace Serverless.Access.Tokens;

/// <summary>Finds the token that a caller presents, among all of them: they are few, and kept for a moment, so that no call reads storage for itself.</summary>
internal sealed class ApiTokens(ReleaseCatalog catalog, TokenUses uses, TimeProvider time) : IDisposable
{
    /// <summary>After so long every instance knows that a token was issued or revoked; the one that did it, at once.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private Known? _known;

    /// <param name="text">What the caller presents; takes as long whatever it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when it is none of ours, expired or revoked.</returns>
    public async ValueTask<Principal?> FindAsync(string text, CancellationToken cancellation)
    {
        var tokens = await ReadAsync(cancellation);
        var presented = TokenText.Hash(text).ToBytes();
        ApiToken? found = null;
        foreach (var (hash, token) in tokens)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, presented) ? token : found;
        }

        if (found is null || found.EndedAt(time.GetUtcNow()) is not null)
        {
            return null;
        }

        await uses.NoteAsync(found.Name, cancellation);
        return found.Principal;
    }

    /// <summary>To be called after a change.</summary>
    public void Forget() => Volatile.Write(ref _known, null);

    public void Dispose() => _reading.Dispose();

    private async ValueTask<ImmutableArray<(byte[] Hash, ApiToken Token)>> ReadAsync(CancellationToken cancellation)
    {
        if (FindFresh() is { } fresh)
        {
            return fresh.Tokens;
        }

        await _reading.WaitAsync(cancellation);
        try
        {
            if (FindFresh() is { } justRead)
            {
                return justRead.Tokens;
            }

            var readAt = time.GetTimestamp();
            var known = new Known(readAt, [.. (await catalog.ListTokensAsync(cancellation)).Select(token => (token.Sha256.ToBytes(), token))]);
            Volatile.Write(ref _known, known);
            return known.Tokens;
        }
        finally
        {
            _reading.Release();
        }
    }

    private Known? FindFresh() => Volatile.Read(ref _known) is { } known && time.GetElapsedTime(known.ReadAt) < MaxAge ? known : null;

    private sealed record Known(long ReadAt, ImmutableArray<(byte[] Hash, ApiToken Token)> Tokens);
}
