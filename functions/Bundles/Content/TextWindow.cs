using System.Buffers;
using System.Text;

namespace Serverless.Bundles.Content;

/// <summary>
/// Looks for literals in content that arrives in pieces, and shows each with the text around it, wherever the pieces part. One byte is one
/// character: what is looked for is ASCII. Takes the same small memory for content of any length.
/// </summary>
/// <param name="literals">What is looked for.</param>
/// <param name="found">Called for each place that a literal starts at, in order, with the text from one <see cref="Reach"/> before to one after it.</param>
internal sealed class TextWindow(SearchValues<string> literals, TextWindow.Found found)
{
    /// <summary>How much of the text around a literal is shown, where there is so much.</summary>
    public const int Reach = 512;

    private const int Step = 16 * 1024;

    private readonly char[] _text = new char[(2 * Reach) + Step];
    private int _count;
    private int _next;

    /// <param name="text">What surrounds the literal.</param>
    /// <param name="at">Where in it the literal starts.</param>
    public delegate void Found(ReadOnlySpan<char> text, int at);

    /// <summary>The next piece of the content.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        while (piece.Length > 0)
        {
            var taken = piece[..Math.Min(piece.Length, _text.Length - _count)];
            Encoding.Latin1.GetChars(taken, _text.AsSpan(_count));
            _count += taken.Length;
            piece = piece[taken.Length..];
            if (_count == _text.Length)
            {
                SearchTo(_count - Reach);
                Drop(_next - Reach);
            }
        }
    }

    /// <summary>The content has ended; another one may follow.</summary>
    public void End()
    {
        SearchTo(_count);
        _count = 0;
        _next = 0;
    }

    private void SearchTo(int end)
    {
        ReadOnlySpan<char> text = _text.AsSpan(0, _count);
        while (_next < end && text[_next..].IndexOfAny(literals) is >= 0 and var ahead && _next + ahead < end)
        {
            var at = _next + ahead;
            var start = Math.Max(0, at - Reach);
            found(text[start..Math.Min(text.Length, at + Reach)], at - start);
            _next = at + 1;
        }

        _next = Math.Max(_next, end);
    }

    private void Drop(int count)
    {
        _text.AsSpan(count, _count - count).CopyTo(_text);
        _count -= count;
        _next -= count;
    }
}
