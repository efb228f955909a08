using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Tests.Unit.Releases;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Updates;

/// <summary>In which form a device is offered a release that has all of them: by plugin version, with and without the app's key.</summary>
public sealed class OfferedFormTests
{
    private const string Key = "MIIBCgKCAQEAqJikYizo";

    private static readonly Sha256Digest PlainList = TestReleases.Digest("plain list");
    private static readonly Sha256Digest KeyedList = TestReleases.Digest("keyed list");

    [Theory]
    [InlineData("5.9.0", "zip")]
    [InlineData("5.10.0", "files")]
    [InlineData("6.24.9", "zip")]
    [InlineData("6.25.0", "files")]
    [InlineData("7.0.34", "zip")]
    [InlineData("7.0.35", "files")]
    [InlineData("8.0.0", "files")]
    [InlineData("8.51.23", "files")]
    [InlineData("9.0.0", "zip")]
    [InlineData("10.0.0", "zip")]
    public void Device_without_a_key(string plugin, string expected) => Assert.Equal(expected, Form(plugin, keyId: null));

    [Theory]
    [InlineData("6.29.0", "encrypted zip")]
    [InlineData("7.27.8", "encrypted zip")]
    [InlineData("7.30.0", "encrypted files")]
    [InlineData("8.4.3", "encrypted files")]
    [InlineData("8.51.23", "encrypted files")]
    public void Device_with_a_key(string plugin, string expected) => Assert.Equal(expected, Form(plugin, Key));

    [Fact]
    public void Release_without_lists_is_offered_as_a_zip()
    {
        var before = TestReleases.New("1.4.1", Key);

        Assert.Equal(("zip", "encrypted zip"), (Form("8.51.23", keyId: null, before), Form("8.51.23", Key, before)));
    }

    [Fact]
    public void Form_is_as_the_device_can_still_use_it()
    {
        var offer = Assert.IsType<UpdateDecision.Offer>(Decide("8.51.23", Key, Released));

        Assert.Same(offer, offer.Under(OfferTerms.Any));
        Assert.Equal(offer with { FileList = null }, offer.Under(OfferTerms.ZipOnly));
        Assert.Equal("release_failed_on_device", Assert.IsType<UpdateDecision.Blocked>(offer.Under(OfferTerms.None)).Code);
    }

    private static Release Released
    {
        get
        {
            var release = TestReleases.New("1.4.1", Key);
            return release with { FileList = PlainList, SignedForms = [release.SignedForms[0] with { FileList = KeyedList }] };
        }
    }

    private static string Form(string plugin, string? keyId, Release? release = null) => Decide(plugin, keyId, release ?? Released) switch
    {
        UpdateDecision.Offer { Form: null, FileList: null } => "zip",
        UpdateDecision.Offer { Form: null, FileList: { } list } when list == PlainList => "files",
        UpdateDecision.Offer { Form: not null, FileList: null } => "encrypted zip",
        UpdateDecision.Offer { Form: not null, FileList: { } list } when list == KeyedList => "encrypted files",
        var other => $"{other}",
    };

    private static UpdateDecision Decide(string plugin, string? keyId, Release release)
    {
        var device = TestDevices.Current with { Plugin = Words.Plugin(plugin), KeyId = keyId };
        return UpdateDecision.Decide(new UpdateQuestion(TestSnapshots.Of([TestSnapshots.Channel("production", "1.4.1")], release), device));
    }
}
