using Serverless.Devices;

namespace Serverless.Tests.Unit.Devices;

public sealed class NativeVersionTests
{
    [Theory]
    [InlineData("1.4.0", "1.4.0")]
    [InlineData("1.4", "1.4.0")]
    [InlineData("1", "1.0.0")]
    [InlineData("v2", "2.0.0")]
    [InlineData("1.2.3.4", "1.2.3")]
    [InlineData("1.04.007", "1.4.7")]
    [InlineData("1.4.0-beta.1", "1.4.0-beta.1")]
    [InlineData("1.4.0 (42)", "1.4.0")]
    [InlineData("Release 7.1", "7.1.0")]
    [InlineData("2026.03.01", "2026.3.1")]
    public void Number_is_read_from_what_stores_accept(string text, string expected) => Assert.Equal(expected, NativeVersion.TryParse(text)?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("unknown")]
    [InlineData("v")]
    public void Text_without_a_number_is_no_version(string text) => Assert.Null(NativeVersion.TryParse(text));
}
