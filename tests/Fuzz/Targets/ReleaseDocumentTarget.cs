using System.Text.Json;
using Serverless.Releases.Documents;

namespace Serverless.Fuzz.Targets;

/// <summary>The payload of a release document that is well signed. What is accepted is the one text that signing it again gives, and names nothing twice.</summary>
internal sealed class ReleaseDocumentTarget : FuzzTarget<ReleaseDocument?>
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public override IEnumerable<byte[]> Seeds => Files("document");

    protected override ReleaseDocument? Read(byte[] input) => ReleaseDocument.Open(FuzzedKey.Sign("release+jws", input), FuzzedKey.Key.PublicKey);

    protected override void Check(byte[] input, ReleaseDocument? reading)
    {
        if (reading is null)
        {
            return;
        }

        using var json = JsonDocument.Parse(input, Strict);
        var again = reading.SignAsync(FuzzedKey.Key, CancellationToken.None).GetAwaiter().GetResult();
        FindingException.Unless(again.AsSpan().SequenceEqual(FuzzedKey.Sign("release+jws", input)), "Signed again, it is another text.");
    }
}
