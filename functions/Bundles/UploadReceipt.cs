using System.Buffers.Text;
using System.Text;
using Azure;
using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>Tells an upload apart from any other under the same name, for whoever waits for its verdict.</summary>
/// <param name="ETag">The blob's.</param>
/// <param name="Sha256">Of what was uploaded.</param>
internal sealed record UploadReceipt(ETag ETag, Sha256Digest Sha256)
{
    private const int MaxLength = 200;

    public static bool TryParse(string? text, out UploadReceipt receipt)
    {
        receipt = new UploadReceipt(default, default);
        if (text is not { Length: <= MaxLength } || text.Split('.') is not [var tag, var digest] || !Base64Url.IsValid(tag) || !Sha256Digest.TryParse(digest, out var sha256))
        {
            return false;
        }

        receipt = new UploadReceipt(new ETag(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(tag))), sha256);
        return true;
    }

    public override string ToString() => $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(ETag.ToString()))}.{Sha256}";
}
