using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Deltas;
using Serverless.Notices;

namespace Serverless.Tests.Unit.Limits;

/// <summary>Small requests that would be dear if everything in them were believed.</summary>
public sealed class ReadLimitsTests
{
    [Theory]
    [InlineData(MissingFilesConverter.MaxFiles, true)]
    [InlineData(MissingFilesConverter.MaxFiles + 1, false)]
    public void Question_for_sizes_names_no_more_files_than_a_release_has(int files, bool isRead)
    {
        var json = $$"""{"manifest":[{{string.Join(',', Enumerable.Repeat("{}", files))}}]}""";

        var fault = Record.Exception(() => JsonSerializer.Deserialize(json, WireJson.Default.DownloadSizeRequest));

        Assert.Equal(isRead, fault is null);
        Assert.True(fault is null or JsonException);
    }

    [Theory]
    [InlineData("""{"manifest":null}""", true)]
    [InlineData("""{"manifest":[null,{"file_name":null}]}""", true)]
    [InlineData("""{"manifest":{}}""", false)]
    [InlineData("""{"manifest":[7]}""", false)]
    [InlineData("""{"manifest":[[]]}""", false)]
    public void Files_are_an_array_of_objects(string json, bool isRead) =>
        Assert.Equal(isRead, Record.Exception(() => JsonSerializer.Deserialize(json, WireJson.Default.DownloadSizeRequest)) is null);

    /// <summary>Each part of a tag is one more look at all the languages there are.</summary>
    [Fact]
    public void Language_that_is_no_tag_is_not_looked_up()
    {
        var endless = string.Concat(Enumerable.Repeat("a-", 4_000));
        var query = new DefaultHttpContext().Request;
        query.QueryString = new QueryString($"?lang={endless}");
        var header = new DefaultHttpContext().Request;
        header.Headers.AcceptLanguage = $"{endless}b, de;q=0.5, *;q=0.1";

        Assert.Empty(LanguageTag.Wanted(query));
        Assert.Equal(["de"], LanguageTag.Wanted(header));
    }

    [Fact]
    public void Only_so_many_languages_are_looked_up()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.AcceptLanguage = string.Join(',', Enumerable.Repeat("de", 5_000));

        Assert.Equal(10, LanguageTag.Wanted(request).Length);
    }
}
