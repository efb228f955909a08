using Microsoft.AspNetCore.Http;
using Serverless.Management;

namespace Serverless.Tests.Unit.Management;

/// <summary>What a caller means to change, where it is tagged <c>abc</c>.</summary>
public sealed class IfMatchTests
{
    [Theory]
    [InlineData("\"abc\"", true)]
    [InlineData("\"other\", \"abc\"", true)]
    [InlineData("*", true)]
    [InlineData("\"other\"", false)]
    [InlineData("W/\"abc\"", false)]
    [InlineData("\"ABC\"", false)]
    [InlineData("abc", false)]
    [InlineData("", false)]
    public void Tag_is_meant_by_its_very_text(string header, bool meant) => Assert.Equal(meant, Read(header)?.Invoke("abc"));

    [Fact]
    public void Call_without_the_header_means_nothing_in_particular() => Assert.Null(Read(null));

    private static Predicate<string>? Read(string? header)
    {
        var request = new DefaultHttpContext().Request;
        if (header is not null)
        {
            request.Headers.IfMatch = header;
        }

        return IfMatch.Read(request);
    }
}
