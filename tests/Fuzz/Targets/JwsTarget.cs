using System.Text;
using System.Text.Json;
using Serverless.Ledger;
using Serverless.Ledger.Seals;
using Serverless.Releases.Documents;
using Serverless.Signing;

namespace Serverless.Fuzz.Targets;

/// <summary>A compact JWS as it is read from storage: of a release document, and of a ledger's seal. What is accepted is the one text that writing it again gives.</summary>
internal sealed class JwsTarget : FuzzTarget<JwsTarget.Reading>
{
    private const string DocumentType = "release+jws";
    private const string SealType = "ledger-seal";

    private static readonly MerkleFrontier Tree = MerkleFrontier.Empty.Append("a"u8).Append("b"u8).Append("c"u8);

    private static readonly LedgerSeal Seal = new()
    {
        App = "com.example.app",
        Count = 3,
        Head = new string('a', 64),
        Root = Tree.Root,
        Frontier = Tree.Peaks,
        At = DateTimeOffset.UnixEpoch,
    };

    public override IEnumerable<byte[]> Seeds =>
    [
        .. new ReleaseDocumentTarget().Seeds.Select(document => FuzzedKey.Sign(DocumentType, document)),
        SealToken.SignAsync(Seal, FuzzedKey.Key, CancellationToken.None).GetAwaiter().GetResult(),
        FuzzedKey.Sign(SealType, "{}"u8),
    ];

    protected override Reading Read(byte[] input) => new(
        CompactJws.Parse(DocumentType, input), CompactJws.Parse(SealType, input), SealToken.Parse(input), ReleaseDocument.Open(input, FuzzedKey.Key.PublicKey));

    protected override void Check(byte[] input, Reading reading)
    {
        FindingException.Unless(reading.Document is null || reading.AsDocument is { } document && document.IsSignedBy(FuzzedKey.Key.PublicKey), "A document that nobody signed is read.");
        FindingException.Unless(reading.Seal is null || reading.AsSeal is not null, "A seal that is no JWS is read.");
        RequireOneText(input, reading.AsDocument, DocumentType);
        RequireOneText(input, reading.AsSeal, SealType);
    }

    private static void RequireOneText(byte[] input, CompactJws? jws, string type)
    {
        if (jws is null)
        {
            return;
        }

        byte[][] parts = [.. Encoding.ASCII.GetString(input).Split('.').Select(FuzzedKey.Decode)];
        FindingException.Unless(input.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(string.Join('.', parts.Select(part => FuzzedKey.Encode(part))))), "Written again, it is another text.");
        FindingException.Unless(parts is [_, var payload, _] && payload.AsSpan().SequenceEqual(jws.Payload), "The payload is not what it holds.");

        var header = JsonDocument.Parse(parts[0]).RootElement.EnumerateObject().Select(member => (member.Name, member.Value.GetString()));
        FindingException.Unless(header.SequenceEqual([("alg", "RS256"), ("typ", type), ("kid", jws.KeyId)]), "Another header is read.");
    }

    internal sealed record Reading(CompactJws? AsDocument, CompactJws? AsSeal, SealToken? Seal, ReleaseDocument? Document);
}
