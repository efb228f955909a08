using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Signing;

namespace Serverless.Releases.Documents;

/// <summary>
/// Everything about a release that is fixed for ever, as one of its keys signed it: what its row in the catalog must say. A release has a
/// document for each of its signed forms, a JWS beside the bundle, so that nobody has to take a row at its word.
/// </summary>
internal sealed record ReleaseDocument
{
    /// <summary>Longest JWS that is read; what developers say about a bundle, and what is found in it, is bounded far below it.</summary>
    public const int MaxBytes = 128 * 1024;

    private const string MediaType = "release+jws";

    // Escapes no more than JSON asks for, as other tools write it.
    private static readonly JsonTypeInfo<ReleaseDocument> Json =
        new ReleaseDocumentJson(new JsonSerializerOptions(ReleaseDocumentJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ReleaseDocument;

    public required string App { get; init; }

    public required BundleVersion Version { get; init; }

    public required long Sequence { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required Sha256Digest UploadSha256 { get; init; }

    public required BundleDigests Zip { get; init; }

    public required int FileCount { get; init; }

    /// <summary>The list of the plain files.</summary>
    public Sha256Digest? FileList { get; init; }

    public required BundleNotes Notes { get; init; }

    /// <summary>What intake found in the bundle.</summary>
    public ReleaseContent? Content { get; init; }

    /// <summary>What devices with the signing key get. The form's own reference to this document is left out.</summary>
    public required SignedForm Form { get; init; }

    public static ReleaseDocument Of(AppId app, Release release, SignedForm form) => new()
    {
        App = app.Value,
        Version = release.Version,
        Sequence = release.Sequence,
        Created = release.CreatedAt,
        UploadSha256 = release.UploadSha256,
        Zip = release.Zip,
        FileCount = release.FileCount,
        FileList = release.FileList,
        Notes = release.Notes,
        Content = release.Content,
        Form = form with { Document = null },
    };

    /// <returns>Null when it is not signed by this key, or not strictly the JSON that <see cref="SignAsync"/> signs.</returns>
    public static ReleaseDocument? Open(ReadOnlySpan<byte> jws, SigningPublicKey key) =>
        jws.Length <= MaxBytes && CompactJws.Parse(MediaType, jws) is { } signed && signed.IsSignedBy(key) ? Parse(signed.Payload) : null;

    /// <summary>Signs it. The same document and key give the same bytes.</summary>
    /// <returns>A compact JWS.</returns>
    /// <exception cref="CustodianException">The custodian failed, or its signature does not verify with its own public key.</exception>
    public Task<byte[]> SignAsync(ISigningKey key, CancellationToken cancellation) =>
        CompactJws.SignAsync(MediaType, ToJson(), key.For(SignaturePurpose.Document), cancellation);

    /// <summary>Holds the row against what was signed, member by member.</summary>
    /// <returns>The first difference, as a sentence, or null when there is none.</returns>
    public string? FindDifference(AppId app, Release release, SignedForm form) =>
        FindDifference(Parse(ToJson(), ""), Parse(Of(app, release, form).ToJson(), "")) is { } member
            ? $"The row of {release.Version} has another {member} than the document that key {form.KeyId} signed."
            : null;

    private static ReleaseDocument? Parse(byte[] payload)
    {
        try
        {
            // Written again, a document gives its own bytes: nothing in it was passed over.
            return JsonSerializer.Deserialize(payload, Json) is { Form.Document: null } document
                && document.ToJson().AsSpan().SequenceEqual(payload)
                ? document
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> Parse(byte[] json, string prefix) => Members(JsonNode.Parse(json)!.AsObject(), prefix).ToDictionary();

    private static IEnumerable<KeyValuePair<string, string>> Members(JsonObject node, string prefix) => node.SelectMany(member =>
        member.Value is JsonObject inner ? Members(inner, $"{prefix}{member.Key}.") : [new($"{prefix}{member.Key}", member.Value!.ToJsonString())]);

    private static string? FindDifference(Dictionary<string, string> signed, Dictionary<string, string> row) =>
        signed.Keys.Union(row.Keys).FirstOrDefault(member => signed.GetValueOrDefault(member) != row.GetValueOrDefault(member));

    private byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}
