using System.Text.Json;
using Azure.Storage.Blobs;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Serverless.Deltas;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Tests.Unit.Releases;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Updates;

/// <summary>Every answer as the strictest plugin reads it: Android tests whether a property is there, iOS whether its type is right.</summary>
public sealed class UpdateAnswersTests : IDisposable
{
    private static readonly string[] StoreUpdateCodes =
        ["disable_auto_update_to_major", "disable_auto_update_to_minor", "disable_auto_update_to_patch", "disable_auto_update_to_metadata"];

    private readonly DownloadLinks _links;
    private readonly FileLists _lists;
    private readonly UpdateAnswers _answers;

    public UpdateAnswersTests()
    {
        var blobs = new BlobServiceClient("UseDevelopmentStorage=true");
        _links = new DownloadLinks(blobs, TimeProvider.System, Options.Create(new DownloadOptions()));
        _lists = new FileLists(new BundleStore(blobs, TimeProvider.System), NullLogger<FileLists>.Instance);
        _answers = new UpdateAnswers(_links, _lists);
    }

    [Fact]
    public Task Every_answer_is_valid_for_the_strictest_plugin() => AnyQuestion.Any.SampleAsync(
        async question => IsValid(await WriteAsync(UpdateDecision.Decide(question), question.Device), question.Device), iter: 5_000);

    [Fact]
    public Task Refusals_outside_the_decision_are_valid_too() => AnyQuestion.Device.SampleAsync(
        async device => IsValid(await WriteAsync(UpdateAnswers.Unavailable, device), device)
            && IsValid(await WriteAsync(new UpdateDecision.Offer(TestReleases.New("1.4.1"), Form: null, FileList: null).Under(OfferTerms.None), device), device),
        iter: 500);

    [Fact]
    public async Task Nothing_new_is_said_in_the_canonical_words()
    {
        var device = TestDevices.Current with { VersionName = "1.4.1" };

        var json = await WriteAsync(new UpdateDecision.UpToDate("no_new_version_available", "No new version available"), device);

        Assert.Equal("""{"error":"no_new_version_available","message":"No new version available","kind":"up_to_date","version":"1.4.1"}""", json.GetRawText());
    }

    [Fact]
    public async Task Release_that_failed_on_the_device_is_held_back_by_name()
    {
        var json = await WriteAsync(new UpdateDecision.Offer(TestReleases.New("1.4.1"), Form: null, FileList: null).Under(OfferTerms.None), TestDevices.Current);

        Assert.Equal(
            """{"error":"release_failed_on_device","message":"The release failed on this device before","kind":"blocked","version":"1.4.1","old":"1.4.0"}""",
            json.GetRawText());
    }

    [Fact]
    public async Task Builtin_is_one_word_and_nothing_else()
    {
        var json = await WriteAsync(new UpdateDecision.Revert(), TestDevices.Current);

        Assert.Equal("""{"version":"builtin"}""", json.GetRawText());
    }

    public void Dispose()
    {
        _lists.Dispose();
        _links.Dispose();
    }

    private static bool IsValid(JsonElement answer, DeviceRequest device)
    {
        var fields = answer.EnumerateObject().ToDictionary(field => field.Name, field => field.Value);
        return fields.All(field => field.Value.ValueKind == (field.Key == "major" ? JsonValueKind.True : JsonValueKind.String))
            && (fields.ContainsKey("error") || fields.ContainsKey("kind") || fields.ContainsKey("message") ? IsRefusal(fields, device)
                : fields.ContainsKey("url") ? IsOffer(fields, device)
                : fields.Keys.SequenceEqual(["version"]) && fields["version"].GetString() == "builtin"
                    && device.VersionName is not ("builtin" or "") && device.VersionName != device.VersionBuild);
    }

    private static bool IsRefusal(Dictionary<string, JsonElement> fields, DeviceRequest device)
    {
        var (kind, code) = (fields["kind"].GetString(), fields["error"].GetString()!);
        string[] names = ["error", "kind", .. Named("major"), "message", .. Named("old"), "version"];
        return code.Length > 0
            && fields["message"].GetString() is { Length: > 0 }
            && fields.Keys.Order(StringComparer.Ordinal).SequenceEqual(names)
            && (kind is "up_to_date" or "blocked" or "failed")
            && fields.ContainsKey("major") == StoreUpdateCodes.Contains(code)
            && (fields.TryGetValue("old", out var old)
                ? kind == "blocked" && old.GetString() == (code.StartsWith("disable_auto_update", StringComparison.Ordinal) ? device.VersionBuild : device.VersionName)
                : fields["version"].GetString() == device.VersionName);

        string[] Named(string optional) => fields.ContainsKey(optional) ? [optional] : [];
    }

    private static bool IsOffer(Dictionary<string, JsonElement> fields, DeviceRequest device)
    {
        var (session, checksum) = (fields["session_key"].GetString()!, fields["checksum"].GetString()!);
        var generation = device.Plugin.ToString();
        var shape = (device.KeyId, generation) switch
        {
            (null, "10.0.0" or "9.0.0" or "5.9.0" or "6.1.0" or "6.24.9") => checksum == TestReleases.Crc32,
            (null, _) => checksum.Length == 64 && checksum.All(char.IsAsciiHexDigitLower),
            (_, "6.29.0" or "7.27.8") => checksum.Length == 344,
            _ => checksum.Length == 512 && checksum.All(char.IsAsciiHexDigitLower),
        };
        return shape
            && (device.KeyId is null ? session.Length == 0 : session.Split(':') is [{ Length: 24 }, { Length: 344 }])
            && fields["version"].GetString() is { Length: > 0 } version && version != device.VersionName
            && Uri.TryCreate(fields["url"].GetString(), UriKind.Absolute, out var url) && url.AbsolutePath.Contains($"/{version}/", StringComparison.Ordinal)
            && fields.Count == 4;
    }

    private async Task<JsonElement> WriteAsync(UpdateDecision decision, DeviceRequest device) => JsonSerializer.SerializeToElement(
        await _answers.WriteAsync(decision, device, CancellationToken.None), WireJson.Default.UpdateAnswer);
}
