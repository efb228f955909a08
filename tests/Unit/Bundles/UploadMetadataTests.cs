using Serverless.Bundles;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Bundles;

public sealed class UploadMetadataTests
{
    [Fact]
    public void Nothing_said_is_nothing_allowed()
    {
        Assert.Null(Parse([], out var metadata));

        Assert.Equal(new UploadMetadata(BundleNotes.None, AllowMissingReady: false, AllowDowngrade: false), metadata);
    }

    [Fact]
    public void Everything_said_is_kept()
    {
        var rejection = Parse(
            new()
            {
                ["notes"] = " Fixes the login. ",
                ["min_native"] = "2.1",
                ["link"] = "https://example.com/notes",
                ["comment"] = "  ",
                ["allow_missing_ready"] = "True",
                ["allow_downgrade"] = "true",
                ["allow_content"] = "source_map, secret,secret,",
                ["other"] = "ignored",
            },
            out var metadata);

        Assert.Null(rejection);
        Assert.Equal(new UploadMetadata(new BundleNotes("Fixes the login.", "2.1", "https://example.com/notes"), AllowMissingReady: true, AllowDowngrade: true, "secret,source_map"), metadata);
        Assert.True(metadata.Allows("secret") && metadata.Allows("source_map") && !metadata.Allows("private_file"));
    }

    [Theory]
    [InlineData("rollback_floor", "1.4")]
    [InlineData("min_native", "two")]
    [InlineData("min_native", "1.2.3.4")]
    [InlineData("min_native", "v1.2")]
    [InlineData("min_native", "١.٢")]
    [InlineData("link", "example.com")]
    [InlineData("link", "javascript:alert(1)")]
    [InlineData("link", "ftp://example.com")]
    [InlineData("allow_missing_ready", "yes")]
    [InlineData("allow_downgrade", "1")]
    [InlineData("allow_content", "all")]
    [InlineData("allow_content", "secret,missing_reference")]
    public void Value_of_the_wrong_form_is_refused_by_its_key(string key, string value)
    {
        var rejection = Parse(new() { [key] = value }, out _);

        Assert.Equal(RejectionCode.InvalidMetadata, rejection?.Code);
        Assert.Contains($"'{key}'", rejection!.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notes")]
    [InlineData("comment")]
    public void Text_ends_at_2000_characters(string key)
    {
        Assert.Null(Parse(new() { [key] = new string('a', 2000) }, out _));
        Assert.NotNull(Parse(new() { [key] = new string('a', 2001) }, out _));
    }

    private static Rejection? Parse(Dictionary<string, string> values, out UploadMetadata metadata) => UploadMetadata.Parse(values, out metadata);
}
