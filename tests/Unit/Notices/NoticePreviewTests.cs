using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Notices;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Notices;

public sealed class NoticePreviewTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly NoticeDraft Draft = new(
        NoticeKind.Incident,
        ImmutableSortedDictionary<string, NoticeText>.Empty.Add("en", new NoticeText("Slow", "We are on it.")).Add("de", new NoticeText("Langsam", "Wir sind dran.")));

    [Fact]
    public void Viewer_is_shown_the_language_that_serves_it_best() => Assert.Equal(
        ["Langsam", "Slow", "Slow", "Slow"],
        new[] { "de-AT", "fr", "no tag", null }.Select(lang => Preview(Draft, new NoticePreviewOrder(Draft, Lang: lang)).View.Title));

    [Theory]
    [InlineData("ios", "1.4.2", true, false)]
    [InlineData("android", "1.4.2", false, false)]
    [InlineData("ios", "1.4.1", false, true)]
    [InlineData("ios", null, false, true)]
    public void Viewer_outside_of_the_audience_is_shown_nothing(string platform, string? version, bool isShown, bool needsRecord)
    {
        var draft = Draft with { Audience = new NoticeAudience { Platforms = ["ios"], ExposedTo = BundleVersion.Parse("1.4.2") } };

        var preview = Preview(draft, new NoticePreviewOrder(draft, platform, version));

        Assert.Equal((isShown, needsRecord), (preview.IsShown, preview.NeedsRecord));
    }

    private static NoticePreview Preview(NoticeDraft draft, NoticePreviewOrder order) =>
        NoticePreview.Of(AppId.TryParse("com.example.app", out var app) ? app : AppId.None, order with { Notice = draft }, Now);
}
