using Serverless.Notices;

namespace Serverless.Tests.Unit.Notices;

/// <summary>A notice that exists in English, German, Brazilian Portuguese and traditional Chinese.</summary>
public sealed class LanguageTagTests
{
    private static readonly string[] Available = ["de", "en", "pt-BR", "zh-Hant"];

    [Theory]
    [InlineData("de", "de")]
    [InlineData("DE-at", "de")]
    [InlineData("zh-Hant-TW", "zh-Hant")]
    [InlineData("pt", "pt-BR")]
    [InlineData("pt-PT", "pt-BR")]
    [InlineData("fr", "en")]
    [InlineData("", "en")]
    [InlineData("-", "en")]
    [InlineData("d", "en")]
    [InlineData("fr,de", "de")]
    [InlineData("en,de", "en")]
    public void Best_match_is_chosen(string wanted, string chosen) => Assert.Equal(chosen, LanguageTag.Choose(wanted.Split(','), Available));

    [Theory]
    [InlineData("en", true)]
    [InlineData("sr-Latn-RS", true)]
    [InlineData("e", false)]
    [InlineData("en_US", false)]
    [InlineData("en\n", false)]
    public void Tag_is_told_from_what_is_none(string text, bool valid) => Assert.Equal(valid, LanguageTag.IsValid(text));
}
