using System.Text;
using CsCheck;

namespace Serverless.Tests.EndToEnd.Flood;

/// <summary>Choices and bytes that are the same for the same seed.</summary>
internal sealed class Chaos(PCG random)
{
    /// <summary>From 0 to below the bound.</summary>
    public int Below(int bound) => (int)random.Next((uint)bound);

    public bool OneIn(int count) => Below(count) == 0;

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    public string Text(string alphabet, int longest) =>
        string.Concat(Enumerable.Range(0, Below(longest + 1)).Select(_ => alphabet[Below(alphabet.Length)]));

    /// <summary>Any bytes, one character each.</summary>
    public string Bytes(int longest)
    {
        var bytes = new byte[Below(longest + 1)];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)Below(256);
        }

        return Encoding.Latin1.GetString(bytes);
    }

    /// <summary>The text with a byte changed, left out, doubled, or cut off behind.</summary>
    public string Damage(string text)
    {
        if (text.Length == 0)
        {
            return Bytes(4);
        }

        var at = Below(text.Length);
        return Below(4) switch
        {
            0 => $"{text[..at]}{(char)Below(256)}{text[(at + 1)..]}",
            1 => text.Remove(at, 1),
            2 => text.Insert(at, text.Substring(at, 1)),
            _ => text[..at],
        };
    }
}
