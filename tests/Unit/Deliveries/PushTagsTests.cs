using Serverless.Deliveries;
using Serverless.Notices;
using Serverless.Releases;

namespace Serverless.Tests.Unit.Deliveries;

public sealed class PushTagsTests
{
    [Fact]
    public void Everyone_is_the_app() => Assert.Equal(["app:com.example.app"], For(NoticeAudience.Everyone));

    [Fact]
    public void Platforms_and_versions_narrow_it() => Assert.Equal(
        ["app:com.example.app && (platform:ios || platform:android) && (version:1.0.0 || version:builtin)"],
        For(new NoticeAudience { Platforms = ["ios", "android"], Versions = ["1.0.0", "builtin"] }));

    [Fact]
    public void Devices_that_had_a_release_are_those_tagged_with_it() =>
        Assert.Equal(["app:com.example.app && version:1.1.0_7"], For(new NoticeAudience { ExposedTo = BundleVersion.Parse("1.1.0+7") }));

    [Fact]
    public void Long_audience_becomes_several_expressions_of_six_tags_at_most()
    {
        var expressions = For(new NoticeAudience { Platforms = ["ios"], Versions = [.. Enumerable.Range(0, 10).Select(patch => $"1.0.{patch}")] });

        Assert.Equal(3, expressions.Length);
        Assert.All(expressions, expression => Assert.InRange(expression.Split(':').Length - 1, 2, 6));
        Assert.All(Enumerable.Range(0, 10), patch => Assert.Single(expressions, expression => expression.Contains($"version:1.0.{patch}", StringComparison.Ordinal)));
    }

    [Fact]
    public void Tag_that_would_be_too_long_reaches_nobody_rather_than_everybody() =>
        Assert.Empty(For(new NoticeAudience { Versions = [new string('1', 120)] }));

    private static string[] For(NoticeAudience audience) => [.. PushTags.For(Words.App("com.example.app"), audience)];
}
