using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Releases;
using Serverless.Tests.Unit.Releases;
using Serverless.Tests.Unit.Rollouts;

namespace Serverless.Tests.Unit.Bundles;

public sealed class AdmissionTests
{
    /// <summary>
    /// Every combination of what the catalog may hold. <c>release</c>: none, same bytes, other bytes, withdrawn (same bytes).
    /// <c>target</c> is the channel's, for an upload of 1.4.2; <c>none</c> is a channel on the builtin bundle.
    /// </summary>
    [Theory]
    [InlineData("none", null, false, "publish")]
    [InlineData("none", null, true, "publish")]
    [InlineData("none", "none", false, "publish")]
    [InlineData("none", "none", true, "publish")]
    [InlineData("none", "1.4.1", false, "publish")]
    [InlineData("none", "1.4.1", true, "publish")]
    [InlineData("none", "1.4.2-rc.1", false, "publish")]
    [InlineData("none", "1.4.2+build.7", false, "version_not_higher")]
    [InlineData("none", "1.4.2+build.7", true, "publish")]
    [InlineData("none", "1.4.3", false, "version_not_higher")]
    [InlineData("none", "1.4.3", true, "publish")]
    [InlineData("same", null, false, "promote")]
    [InlineData("same", null, true, "promote")]
    [InlineData("same", "none", false, "promote")]
    [InlineData("same", "none", true, "promote")]
    [InlineData("same", "1.4.1", false, "promote")]
    [InlineData("same", "1.4.1", true, "promote")]
    [InlineData("same", "1.4.2", false, "done")]
    [InlineData("same", "1.4.2", true, "done")]
    [InlineData("same", "1.4.3", false, "version_not_higher")]
    [InlineData("same", "1.4.3", true, "promote")]
    [InlineData("other", null, false, "version_conflict")]
    [InlineData("other", null, true, "version_conflict")]
    [InlineData("other", "none", false, "version_conflict")]
    [InlineData("other", "none", true, "version_conflict")]
    [InlineData("other", "1.4.1", false, "version_conflict")]
    [InlineData("other", "1.4.1", true, "version_conflict")]
    [InlineData("other", "1.4.2", false, "version_conflict")]
    [InlineData("other", "1.4.2", true, "version_conflict")]
    [InlineData("other", "1.4.3", false, "version_conflict")]
    [InlineData("other", "1.4.3", true, "version_conflict")]
    [InlineData("withdrawn", null, false, "version_withdrawn")]
    [InlineData("withdrawn", null, true, "version_withdrawn")]
    [InlineData("withdrawn", "none", false, "version_withdrawn")]
    [InlineData("withdrawn", "none", true, "version_withdrawn")]
    [InlineData("withdrawn", "1.4.1", false, "version_withdrawn")]
    [InlineData("withdrawn", "1.4.1", true, "version_withdrawn")]
    [InlineData("withdrawn", "1.4.2", false, "version_withdrawn")]
    [InlineData("withdrawn", "1.4.2", true, "version_withdrawn")]
    [InlineData("withdrawn", "1.4.3", false, "version_withdrawn")]
    [InlineData("withdrawn", "1.4.3", true, "version_withdrawn")]
    public void Upload_is_judged_by_what_is_there(string release, string? target, bool allowDowngrade, string expected) =>
        Assert.Equal(expected, Decide(Digest("1.4.2"), Existing(release), Channel(target), allowDowngrade));

    [Fact]
    public void Repacked_zip_that_comes_back_is_the_same_release()
    {
        var repacked = TestReleases.New("1.4.2") with { UploadSha256 = Digest("with system files") };

        Assert.Equal("promote", Decide(Digest("with system files"), repacked, channel: null, allowDowngrade: false));
        Assert.Equal("promote", Decide(Digest("1.4.2"), repacked, channel: null, allowDowngrade: false));
    }

    [Theory]
    [InlineData("none", "1.4.1", false, "publish")]
    [InlineData("none", "1.4.3", false, "version_not_higher")]
    [InlineData("none", "1.4.3", true, "publish")]
    [InlineData("same", "1.4.1", false, "promote")]
    [InlineData("same", "1.4.2", false, "done")]
    [InlineData("same", "1.4.3", false, "version_not_higher")]
    [InlineData("other", "1.4.2", true, "version_conflict")]
    public void Upload_is_judged_by_the_candidate_while_a_rollout_runs(string release, string candidate, bool allowDowngrade, string expected) =>
        Assert.Equal(expected, Decide(Digest("1.4.2"), Existing(release), Channel("1.4.0")!.LeadBy(TestRollouts.To(candidate)), allowDowngrade));

    private static string Decide(Sha256Digest upload, Release? release, Channel? channel, bool allowDowngrade)
    {
        Assert.Null(UploadName.Parse("com.example.app/production/1.4.2.zip", out var name));

        return Admission.Decide(name, upload, release, channel, allowDowngrade) switch
        {
            Admission.Refused refused => refused.Rejection.Code,
            Admission.Done done when done.Release == release => "done",
            Admission.Promote promote when promote.Release == release => "promote",
            Admission.Publish => "publish",
            var other => $"{other}",
        };
    }

    private static Release? Existing(string release) => release switch
    {
        "same" => TestReleases.New("1.4.2"),
        "other" => TestReleases.New("1.4.2") with { UploadSha256 = Digest("other"), Zip = new BundleDigests(Digest("other"), TestReleases.Crc32, 1) },
        "withdrawn" => TestReleases.New("1.4.2") with { WithdrawnBecause = "too many failures" },
        _ => null,
    };

    private static Channel? Channel(string? target) => target switch
    {
        null => null,
        "none" => Serverless.Channels.Channel.New(ChannelName.Production, 1),
        _ => Serverless.Channels.Channel.New(ChannelName.Production, 1).PointAt(Words.Version(target)),
    };

    private static Sha256Digest Digest(string text) => TestReleases.Digest(text);
}
