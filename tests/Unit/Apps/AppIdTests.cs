using CsCheck;
using Serverless.Apps;

namespace Serverless.Tests.Unit.Apps;

public sealed class AppIdTests
{
    [Theory]
    [InlineData("com.example.app")]
    [InlineData("com.example.my_app-2")]
    [InlineData("1.2")]
    [InlineData("Com.Example.App")]
    public void Reverse_domain_name_is_kept_as_written(string text)
    {
        Assert.True(AppId.TryParse(text, out var app));
        Assert.Equal(text, app.Value);
        Assert.Equal(text, app.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("app")]
    [InlineData("com..app")]
    [InlineData(".com.app")]
    [InlineData("com.app.")]
    [InlineData("com.example.app\n")]
    [InlineData("com.example/app")]
    [InlineData("com.example app")]
    [InlineData("com.exämple.app")]
    [InlineData("com.٣")]
    [InlineData("_com.app")]
    public void Anything_else_is_refused(string? text) => Assert.False(AppId.TryParse(text, out _));

    [Fact]
    public void Length_ends_at_155()
    {
        var longest = "com." + new string('a', 151);

        Assert.True(AppId.TryParse(longest, out _));
        Assert.False(AppId.TryParse(longest + "a", out _));
    }

    [Fact]
    public void Case_tells_apps_apart() => Assert.NotEqual(Words.App("com.example.app"), Words.App("com.example.App"));

    [Fact]
    public void What_is_accepted_is_safe_in_keys_and_paths() => Gen.String[Gen.Char["abZ09._-/\\#?%\n é"], 1, 12].Sample(
        text => !AppId.TryParse(text, out _) || (text.Contains('.', StringComparison.Ordinal) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')),
        iter: 20_000);
}
