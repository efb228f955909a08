using System.Text;
using Serverless.Devices.Authentication.Signatures;

namespace Serverless.Fuzz.Targets;

/// <summary>
/// The headers of a signed request (RFC 9421), a line each: <c>Signature-Input</c>, <c>Signature</c> and <c>Content-Digest</c>. What is read of a
/// signature stands in it as it was read.
/// </summary>
internal sealed class MessageSignatureTarget : FuzzTarget<MessageSignatureTarget.Reading>
{
    private const string Input =
        """sig1=("@method" "@path" "@query" "content-digest");created=1700000000;nonce="bm9uY2UtMTIzNDU2Nzg5MA";keyid="device-key-1";alg="ecdsa-p256-sha256";tag="t" """;

    private const string Signature = "sig1=:LTjF0f0D7WRcjbWy8JBaON6Y+UcaYXwtakzQ05eyl+7v2qnEW41i0yPOnKqajkZ86DrlauTCuSW4C/MsCOzjxQ==:";

    private const string Digest = "sha-512=:AAAA:;a=?0;b, sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:, c=-1, d, e=(tok \"\\\"\" :AA==:;x=\"y\");z";

    public override IEnumerable<byte[]> Seeds => [Encoding.ASCII.GetBytes($"{Input.TrimEnd()}\n{Signature}\n{Digest}")];

    protected override Reading Read(byte[] input)
    {
        var lines = Encoding.Latin1.GetString(input).Split('\n', 3);
        var (told, made, digest) = (lines[0], lines.ElementAtOrDefault(1) ?? "", lines.ElementAtOrDefault(2));
        return new Reading(told, MessageSignature.Parse(told, made), ContentDigest.IsOf(digest, input));
    }

    protected override void Check(byte[] input, Reading reading)
    {
        FindingException.Unless(!reading.IsDigest, "A text holds its own digest.");
        if (reading.Signature is not { } signature)
        {
            return;
        }

        var list = $"({string.Join(' ', signature.Components.Select(name => $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""))})";
        FindingException.Unless(signature.Parameters.StartsWith(list, StringComparison.Ordinal), "Other components are read than are signed.");
        FindingException.Unless(reading.Input.EndsWith($"={signature.Parameters}", StringComparison.Ordinal), "Other parameters are signed than came.");
        FindingException.Unless(
            signature.Parameters.Contains($";created={signature.CreatedAt.ToUnixTimeSeconds()}", StringComparison.Ordinal), "Another time is read than is signed.");
        FindingException.Unless(signature.Signature.Length == 64, "A signature is no pair of 32 bytes.");
    }

    /// <param name="Input">The first header.</param>
    /// <param name="Signature">What was read of the first two.</param>
    /// <param name="IsDigest">The third is of the input itself.</param>
    internal sealed record Reading(string Input, MessageSignature? Signature, bool IsDigest);
}
