using System.Text.Json;
using Serverless.Access;
using Serverless.Access.Tokens;
using Serverless.Management;

namespace Serverless.Tests.Unit.Access;

public sealed class ScopeWordsTests
{
    [Theory]
    [InlineData("read", 1)]
    [InlineData("upload,rollback", 10)]
    [InlineData("read,upload,promote,rollback,keys,devices", 63)]
    [InlineData("admin", 127)]
    public void Scopes_are_words_and_back(string words, int scopes)
    {
        Assert.True(ScopeWords.TryParse(words.Split(','), out var parsed));
        Assert.Equal((scopes, words), ((int)parsed, string.Join(',', ScopeWords.Of(parsed))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("READ")]
    [InlineData("read,none")]
    [InlineData("read,1")]
    public void Other_words_are_none(string words) => Assert.False(ScopeWords.TryParse(words.Split(',', StringSplitOptions.RemoveEmptyEntries), out _));

    [Theory]
    [InlineData("[]")]
    [InlineData("\"read\"")]
    [InlineData("[1]")]
    [InlineData("[\"read\",[\"admin\"]]")]
    [InlineData("[\"read\",\"root\"]")]
    public void Order_with_other_scopes_is_refused(string scopes) => Assert.Throws<JsonException>(
        () => JsonSerializer.Deserialize($$"""{"name":"ci","scopes":{{scopes}}}""", ManagementJson.Default.TokenOrder));

    [Theory]
    [InlineData("ci", 90, null, null)]
    [InlineData("CI", 90, null, "name")]
    [InlineData("first", 90, null, "name")]
    [InlineData("a/b", 90, null, "name")]
    [InlineData("ci", 0, null, "days")]
    [InlineData("ci", 3661, null, "days")]
    [InlineData("ci", 90, "com.example.app", null)]
    [InlineData("ci", 90, "nonsense", "apps")]
    public void Order_is_looked_at_member_by_member(string name, int days, string? app, string? fault) =>
        Assert.Equal(fault, new TokenOrder(name, Scopes.Read, app is null ? null : [app], days).FindProblem()?.Member);
}
