namespace Serverless.Bundles;

/// <summary>Looks for a short ASCII text in content that arrives in pieces, also where it straddles two of them.</summary>
internal sealed class TextSearch(ReadOnlyMemory<byte> text)
{
    private readonly byte[] _seam = new byte[(text.Length - 1) * 2];
    private int _carried;

    public bool Found { get; private set; }

    /// <summary>The next piece of the content.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        if (Found)
        {
            return;
        }

        var overlap = text.Length - 1;
        var head = piece[..Math.Min(overlap, piece.Length)];
        head.CopyTo(_seam.AsSpan(_carried));
        Found = _seam.AsSpan(0, _carried + head.Length).IndexOf(text.Span) >= 0 || piece.IndexOf(text.Span) >= 0;

        var tail = piece.Length >= overlap ? piece[^overlap..] : _seam.AsSpan(0, _carried + head.Length);
        tail = tail[Math.Max(0, tail.Length - overlap)..];
        _carried = tail.Length;
        tail.CopyTo(_seam);
    }

    /// <summary>Starts over with other content; keeps what was found.</summary>
    public void Reset() => _carried = 0;
}
