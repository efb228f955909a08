using Azure;
using Serverless.Bundles;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Bundles;

public sealed class UploadReceiptTests
{
    private const string Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    [Fact]
    public void Receipt_is_text_for_an_address_and_back()
    {
        Assert.True(Sha256Digest.TryParse(Digest, out var sha256));
        var receipt = new UploadReceipt(new ETag("\"0x8DD5F3A\""), sha256);

        Assert.Equal($"IjB4OERENUYzQSI.{Digest}", $"{receipt}");
        Assert.True(UploadReceipt.TryParse($"{receipt}", out var read));
        Assert.Equal(receipt, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(Digest)]
    [InlineData("a!." + Digest)]
    [InlineData("IjB4OERENUYzQSI.x")]
    [InlineData("IjB4OERENUYzQSI." + Digest + ".x")]
    public void Other_text_is_no_receipt(string? text) => Assert.False(UploadReceipt.TryParse(text, out _));
}
