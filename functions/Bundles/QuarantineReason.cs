using System.Text.Json;

namespace Serverless.Bundles;

/// <summary>The file beside a refused zip.</summary>
/// <param name="Code">One of <see cref="RejectionCode"/> or <see cref="Content.ContentRule"/>.</param>
/// <param name="Sentence">For people.</param>
/// <param name="Entry">The offending zip entry, if one is at fault.</param>
/// <param name="Upload">ETag of the refused upload, so that a tool knows whether its own was meant.</param>
/// <param name="At">When.</param>
internal sealed record QuarantineReason(string Code, string Sentence, string Upload, DateTimeOffset At, string? Entry = null)
{
    public const string Suffix = ".reason.json";

    public static string BlobName(string upload) => upload + Suffix;

    public static QuarantineReason For(Upload upload, Rejection rejection, DateTimeOffset at) =>
        new(rejection.Code, rejection.Sentence, upload.ETag.ToString(), at, rejection.Entry);

    public static QuarantineReason? Read(BinaryData json) => JsonSerializer.Deserialize(json, PipelineJson.Default.QuarantineReason);

    public BinaryData ToJson() => new(JsonSerializer.SerializeToUtf8Bytes(this, PipelineJson.Default.QuarantineReason));
}
