using CsCheck;
using Serverless.Access.Tokens;

namespace Serverless.Tests.Unit.Access;

public sealed class TokenTextTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    [Fact]
    public void Token_has_the_prefix_that_scanners_look_for_and_is_never_the_same()
    {
        var tokens = Enumerable.Range(0, 100).Select(_ => TokenText.New()).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(100, tokens.Count);
        Assert.All(tokens, token => Assert.Matches("^sot_[A-Za-z0-9_-]{48}$", token));
        Assert.All(tokens, token => Assert.True(TokenText.IsWellFormed(token)));
    }

    [Fact]
    public void Token_that_was_copied_badly_is_none() => Gen.Select(Gen.Int[4, 51], Gen.Char[Alphabet]).Sample((at, other) =>
    {
        var token = TokenText.New();
        var changed = $"{token[..at]}{other}{token[(at + 1)..]}";
        Assert.Equal(token == changed, TokenText.IsWellFormed(changed));
        Assert.False(TokenText.IsWellFormed(token[..at]));
        Assert.False(TokenText.IsWellFormed(token + other));
    });

    [Theory]
    [InlineData("")]
    [InlineData("sot_")]
    [InlineData("SOT_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("sot_====================================AAAAAAAAAAAA")]
    [InlineData("sot_ĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀĀ")]
    public void Other_text_is_no_token(string text) => Assert.False(TokenText.IsWellFormed(text));

    // SHA-256 of the text, by sha256sum.
    [Fact]
    public void What_is_kept_is_the_digest_of_the_text() => Assert.Equal(
        "8d38bf8da7129e4fb4e05018dc398ade8f007db93dbcca3d6f8d50671f6c82fc", TokenText.Hash("sot_test").Hex);
}
