using CsCheck;
using Serverless.Bundles;

namespace Serverless.Tests.Unit.Bundles;

public sealed class UploadNameTests
{
    [Theory]
    [InlineData("com.example.app/production/1.4.2.zip")]
    [InlineData("com.example.app/beta/1.4.2-rc.1+20260301.zip")]
    [InlineData("com.example.app/Beta/0.0.0.ZIP")]
    public void Name_says_app_channel_and_version(string blob)
    {
        Assert.Null(UploadName.Parse(blob, out var name));

        Assert.Equal(blob, $"{name}", ignoreCase: true);
    }

    [Theory]
    [InlineData("", "invalid_upload_name")]
    [InlineData("1.4.2.zip", "invalid_upload_name")]
    [InlineData("com.example.app/1.4.2.zip", "invalid_upload_name")]
    [InlineData("com.example.app/beta/x/1.4.2.zip", "invalid_upload_name")]
    [InlineData("com.example.app/beta/1.4.2", "invalid_upload_name")]
    [InlineData("com.example.app/beta/1.4.2.tar", "invalid_upload_name")]
    [InlineData("/com.example.app/beta/1.4.2.zip", "invalid_upload_name")]
    [InlineData("app/beta/1.4.2.zip", "invalid_app_id")]
    [InlineData("com.example.app/be ta/1.4.2.zip", "invalid_channel")]
    [InlineData("com.example.app/builtin/1.4.2.zip", "invalid_channel")]
    [InlineData("com.example.app/beta/.zip", "invalid_version")]
    [InlineData("com.example.app/beta/v1.4.2.zip", "invalid_version")]
    [InlineData("com.example.app/beta/1.4.zip", "invalid_version")]
    [InlineData("com.example.app/beta/builtin.zip", "reserved_version")]
    [InlineData("com.example.app/beta/Unknown.zip", "reserved_version")]
    public void Name_at_fault_gets_its_own_code(string blob, string code) => Assert.Equal(code, UploadName.Parse(blob, out _)?.Code);

    [Fact]
    public void Any_name_gets_an_answer_and_an_accepted_one_reads_back() => Gen.OneOf(
        Gen.String,
        Gen.Select(Gen.OneOf("com.a", "com.example.app", "app", ""), Gen.OneOf("beta", "production", "-", ""), Gen.String[Gen.Char["012.-+ab"], 0, 8], (app, channel, version) => $"{app}/{channel}/{version}.zip"))
        .Sample(blob => UploadName.Parse(blob, out var name) is not null || $"{name}" == blob, iter: 50_000);
}
