using System.Text;
using CsCheck;
using Fields = System.Collections.Generic.IReadOnlyList<(string Name, CsCheck.Gen<string> Value)>;

namespace Serverless.Tests.EndToEnd.Conformance.Generated;

/// <summary>Bodies made of fields: as a plugin writes them, with some fields wrong, and damaged as a whole.</summary>
internal static class AnyBody
{
    private const int Shapes = 16;

    private static readonly Gen<string> UnknownField = Gen.OneOf(
        "\"foo\":{\"bar\":[1]}", "\"foo\":null", "\"\":\"\"", "\"\\ud800\":1", "\"__proto__\":{}", "\"$type\":\"x\"", "\"$ref\":\"1\"", "\"APP_ID\":\"com.example.other\"");

    /// <summary>An object with each field's usual values, of which up to three are missing, wrong or there twice.</summary>
    public static Gen<string> Object(Fields fields)
    {
        var usual = fields.Aggregate(
            Gen.Const(Array.Empty<string>()), (written, field) => Gen.Select(written, field.Value, (before, value) => (string[])[.. before, $"\"{field.Name}\":{value}"]));
        var change = Gen.Select(
            Gen.Int[0, fields.Count - 1], Gen.Int[0, 5], AnyField.Hostile, UnknownField, (at, kind, hostile, unknown) => (At: at, Kind: kind, Hostile: hostile, Unknown: unknown));
        var changed = Gen.Frequency((4, change.Array[0]), (3, change.Array[1]), (2, change.Array[2, 3]));
        return Gen.Select(usual, changed, (written, changes) =>
        {
            var parts = written.ToList();
            foreach (var (at, kind, hostile, unknown) in changes)
            {
                var wrong = $"\"{fields[at].Name}\":{hostile}";
                switch (kind)
                {
                    case 0 when at < parts.Count:
                        parts.RemoveAt(at);
                        break;
                    case 1:
                        parts.Insert(0, wrong);
                        break;
                    case 2:
                        parts.Add(unknown);
                        break;
                    case 3 when at < parts.Count:
                        parts.Add(parts[at]);
                        break;
                    default:
                        parts.Add(wrong);
                        break;
                }
            }

            return $"{{{string.Join(',', parts)}}}";
        });
    }

    /// <summary>Mostly the text itself; else cut off, wrapped, decorated, or replaced by something that is no such body at all.</summary>
    public static Gen<byte[]> Damaged(Gen<string> json) => Gen.Select(json, Gen.Int[0, 8 * Shapes], Gen.Int[0, 10_000], Gen.Byte.Array[0, 60], Damage);

    private static byte[] Damage(string json, int shape, int at, byte[] noise)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var cut = at % (bytes.Length + 1);
        return shape switch
        {
            0 => [],
            1 => noise,
            2 => bytes[..cut],
            3 => [.. Encoding.UTF8.Preamble, .. bytes],
            4 => [.. bytes[..cut], .. noise, .. bytes[cut..]],
            5 => [.. bytes, .. bytes],
            6 => Encoding.UTF8.GetBytes($"[{json}]"),
            7 => Encoding.UTF8.GetBytes($"{{\"body\":{json}}}"),
            8 => Encoding.Unicode.GetBytes(json),
            9 => "null"u8.ToArray(),
            10 => "\"text\""u8.ToArray(),
            11 => Encoding.UTF8.GetBytes($"{json} // comment"),
            12 => Encoding.UTF8.GetBytes($"{json[..^1]},}}"),
            13 => Encoding.UTF8.GetBytes(new string('[', at)),
            14 => Encoding.UTF8.GetBytes(json.PadRight(at * 8)),
            15 => "  \r\n "u8.ToArray(),
            _ => bytes,
        };
    }
}
