using CsCheck;
using Serverless.Errors;
using Serverless.Reports;

namespace Serverless.Tests.Unit.Errors;

public sealed class ErrorLineTests
{
    [Theory]
    [InlineData("Cannot read properties of undefined (reading 'name')", "Cannot read properties of undefined (reading (text))")]
    [InlineData("Can't open what isn't there", "Can't open what isn't there")]
    [InlineData("Hello \"Jane Doe", "Hello (text)")]
    [InlineData("Loading chunk 42 failed after 1,234.5 ms", "Loading chunk # failed after # ms")]
    [InlineData("GET https://api.example.com/users/7?token=x failed", "GET (url) failed")]
    [InlineData("capacitor://localhost/a.js:1:2 broke", "(url) broke")]
    [InlineData("jane.doe+x@example.com is unknown", "(e-mail) is unknown")]
    [InlineData("user 44f128a5-ac7a-4c9a-be4c-224b6bf81b20 is gone", "user # is gone")]
    [InlineData("at 0x7ffee4c0 and 4f3a9c21", "at # and #")]
    [InlineData("the facade and/or the cafe", "the facade and/or the cafe")]
    [InlineData("no /data/user/0/com.example.app/files/x.zip here", "no (path) here")]
    [InlineData("C:\\Users\\Jane\\x.txt", "(path)")]
    [InlineData("Bearer eyJhbGciOiJIUzI1NiJ9_abc refused", "Bearer (token) refused")]
    [InlineData("\n  first\tline  \nsecond", "first line")]
    [InlineData("", "")]
    public void What_differs_or_is_personal_is_replaced(string message, string expected) => Assert.Equal(expected, Of(message));

    [Theory]
    [InlineData("x is not a function", "TypeError", "TypeError: x is not a function")]
    [InlineData("TypeError: x is not a function", "TypeError", "TypeError: x is not a function")]
    public void Type_stands_before_the_message(string message, string type, string expected) =>
        Assert.Equal(expected, ErrorLine.Of(new EventMetadata(message, type, null)));

    [Fact]
    public void Exit_reason_stands_in_for_a_message() => Assert.Equal("low memory", ErrorLine.Of(new EventMetadata(null, null, "low memory")));

    [Fact]
    public void No_metadata_makes_no_line() => Assert.Equal("", ErrorLine.Of(null));

    [Fact]
    public void Any_text_becomes_one_short_line_without_digits_and_addresses() => Gen.String.Sample(text =>
    {
        var line = Of(text);

        return line.Length <= 200 && !line.Any(char.IsDigit) && !line.Any(char.IsControl);
    });

    [Fact]
    public void Hostile_text_takes_no_time() => Assert.All(
        (string[])["a/", "'", "a@", "0x", "a1", "1.", ":/", "\\", "a."], piece => Assert.InRange(Of(string.Concat(Enumerable.Repeat(piece, 512))).Length, 1, 200));

    private static string Of(string message) => ErrorLine.Of(new EventMetadata(message, null, null));
}
