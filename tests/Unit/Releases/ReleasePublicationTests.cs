using System.Security.Cryptography;
using System.Text.Json;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Tests.Unit.Rollouts;

namespace Serverless.Tests.Unit.Releases;

public sealed class ReleasePublicationTests
{
    private static readonly Release Signed = TestReleases.New("1.4.2", keyIds: ["key-one", "key-two"]) with { Sequence = 9, FileCount = 12 };

    [Fact]
    public void First_upload_tells_all_that_it_makes()
    {
        var change = ReleasePublication.Change(Upload("beta"), Signed, channel: null, new AppState { ChannelCount = 2 }, isNew: true, "intake", TestRollouts.Noon);

        var row = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Signed with { SignedForms = [] }, PipelineJson.Default.Release)));
        Assert.Equal(Signed, Assert.Single(change.Releases));
        Assert.Equal(
            [
                new LedgerEntry("bundle.accepted", "intake", "1.4.2", $"sha256 {Signed.Zip.Sha256.Hex}, 1000 bytes, 12 files"),
                new LedgerEntry("bundle.signed", "intake", "1.4.2", $"key key-one, ciphertext sha256 {Signed.SignedForms[0].CiphertextSha256.Hex}, file list sha256 none, document sha256 none"),
                new LedgerEntry("bundle.signed", "intake", "1.4.2", $"key key-two, ciphertext sha256 {Signed.SignedForms[1].CiphertextSha256.Hex}, file list sha256 none, document sha256 none"),
                new LedgerEntry("release.published", "intake", "1.4.2", $"sequence 9, row sha256 {row}"),
                new LedgerEntry("channel.created", "intake", "beta", "chosen by name"),
                new LedgerEntry("channel.moved", "intake", "beta", "from builtin to 1.4.2"),
            ],
            change.Ledger);
        var channel = Assert.Single(change.Channels);
        Assert.Equal((3, "1.4.2"), (channel.Id, channel.Target?.Value));
    }

    [Fact]
    public void Rules_that_a_bundle_breaks_are_told()
    {
        ContentFinding[] warnings = [new("csp_loosened", "The policy is looser."), new("source_map", "A source map.", "app.js.map")];
        var warned = Signed with { Content = new ReleaseContent([], [], [.. warnings]) };

        var change = ReleasePublication.Change(Upload("beta"), warned, channel: null, new AppState(), isNew: true, "intake", TestRollouts.Noon);

        Assert.Equal(
            new LedgerEntry("bundle.warned", "intake", "1.4.2", "csp_loosened: The policy is looser. source_map in app.js.map: A source map."),
            Assert.Single(change.Ledger, entry => entry.Kind is "bundle.warned"));
    }

    [Fact]
    public void Promotion_moves_the_channel_and_makes_nothing_new()
    {
        var production = Channel.New(ChannelName.Production, 1).PointAt(BundleVersion.Parse("1.4.1"));

        var change = ReleasePublication.Change(Upload("production"), Signed, production, new AppState { ChannelCount = 1 }, isNew: false, "intake", TestRollouts.Noon);

        Assert.Empty(change.Releases);
        Assert.Equal(
            [
                new LedgerEntry("release.promoted", "intake", "1.4.2", "to channel production"),
                new LedgerEntry("channel.moved", "intake", "production", "from 1.4.1 to 1.4.2"),
            ],
            change.Ledger);
        Assert.Equal(["1.4.1"], Assert.Single(change.Channels).History.Select(version => version.Value));
    }

    [Fact]
    public void On_a_channel_with_a_ramp_a_release_is_the_candidate_of_a_rollout()
    {
        var production = Channel.New(ChannelName.Production, 1).PointAt(BundleVersion.Parse("1.4.1")) with { Ramp = TestRollouts.Ramp };

        var change = ReleasePublication.Change(Upload("production"), Signed, production, new AppState { ChannelCount = 1, Revision = 7 }, isNew: true, "intake", TestRollouts.Noon);

        var channel = Assert.Single(change.Channels);
        Assert.Equal(("1.4.1", TestRollouts.To("1.4.2")), (channel.Target?.Value, channel.Rollout));
        Assert.Equal(["bundle.accepted", "bundle.signed", "bundle.signed", "release.published", "rollout.started"], change.Ledger.Select(entry => entry.Kind));
    }

    private static UploadName Upload(string channel)
    {
        Assert.Null(UploadName.Parse($"com.example.app/{channel}/1.4.2.zip", out var name));
        return name;
    }
}
