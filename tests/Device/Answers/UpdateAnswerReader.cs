using System.Text.Json;
using Serverless.Device.Bundles;

namespace Serverless.Device.Answers;

/// <summary>
/// Reads the answer to an update check as the plugin does, and fails loudly on everything that the plugin would survive only by harm.
/// </summary>
internal sealed class UpdateAnswerReader(DeviceProfile profile, PluginGeneration generation)
{
    /// <exception cref="HarmfulAnswerException">The answer would hurt a device of this profile.</exception>
    public UpdateAnswer Read(HttpAnswer answer, InstalledBundle running)
    {
        if (answer.Status is >= 300 and < 400)
        {
            throw new HarmfulAnswerException($"HTTP {answer.Status} on a check: the redirected POST becomes a GET.");
        }
        if (!answer.IsSuccess && !answer.IsJson)
        {
            return new Unanswered("response_error");
        }

        var json = AnswerJson.ParseObject(answer);
        RequireKnownTypes(json);
        if (json.TryGetProperty("error", out _) || json.TryGetProperty("kind", out _))
        {
            return ReadRefusal(json, answer, running);
        }
        return answer.IsSuccess ? ReadPositive(json, running) : new Unanswered("response_error");
    }

    private void RequireKnownTypes(JsonElement json)
    {
        foreach (var name in (ReadOnlySpan<string>)["version", "url", "checksum", "session_key", "link", "comment", "error", "kind", "message", "old"])
        {
            json.Field(name, JsonValueKind.String);
        }
        json.Flag("breaking");
        json.Flag("major");
        json.Field("manifest", JsonValueKind.Array);
        if (json.Field("data", JsonValueKind.Object) is { } data && profile.Platform is DevicePlatform.Ios
            && data.EnumerateObject().Any(property => property.Value.ValueKind is not JsonValueKind.String))
        {
            throw new HarmfulAnswerException("'data' holds more than texts: iOS drops the whole answer.");
        }
    }

    private Refusal ReadRefusal(JsonElement json, HttpAnswer answer, InstalledBundle running)
    {
        if (json.Text("error") is "" || json.Text("kind") is "")
        {
            throw new HarmfulAnswerException("An empty 'error' or 'kind' is read as a failure.");
        }
        var kind = json.Text("kind") switch
        {
            "up_to_date" => RefusalKind.UpToDate,
            "blocked" => RefusalKind.Blocked,
            "failed" => RefusalKind.Failed,
            null when !answer.IsSuccess => RefusalKind.Failed,
            var other => throw new HarmfulAnswerException($"'kind' is {other ?? "missing"}: every device would report download_fail."),
        };
        if (answer.Status == 429 && profile.Platform is DevicePlatform.Ios)
        {
            kind = RefusalKind.Failed;
        }
        if (answer.IsSuccess && (json.Text("error") is null || string.IsNullOrEmpty(json.Text("message"))))
        {
            throw new HarmfulAnswerException("A refusal needs 'error' and 'message' beside 'kind': older plugins look for those.");
        }
        if (kind is RefusalKind.UpToDate && profile.Platform is DevicePlatform.Ios && json.Text("version") != running.Version)
        {
            throw new HarmfulAnswerException("'version' does not echo the running bundle: the timer of iOS checks twice on every tick.");
        }
        return new Refusal(kind, json.Text("error") ?? "", json.Text("message") ?? "", json.Text("version"), answer.Status);
    }

    private UpdateAnswer ReadPositive(JsonElement json, InstalledBundle running)
    {
        if (json.TryGetProperty("message", out _))
        {
            throw new HarmfulAnswerException("'message' in a positive answer: plugins up to 7.25 take it for a refusal.");
        }
        var version = json.Text("version");
        if (string.IsNullOrEmpty(version) || version.Any(c => c is '"' or '\\' || char.IsControl(c)))
        {
            throw new HarmfulAnswerException($"The version '{version}' is missing or breaks the device's own records.");
        }
        if (version is "builtin")
        {
            return ReadBuiltin(json, running);
        }

        var offer = new Offer(
            version,
            ReadUrl(json.Text("url"), "url"),
            json.Text("checksum") ?? "",
            json.Text("session_key") ?? "",
            ManifestReader.Read(json));
        if (generation.PassesLinkAndComment)
        {
            offer = offer with { Link = json.Text("link"), Comment = json.Text("comment") };
        }
        OfferShape.Require(offer, profile, generation);
        return version == running.Version ? new AlreadyRunning(version) : offer;
    }

    private BackToBuiltin ReadBuiltin(JsonElement json, InstalledBundle running)
    {
        if (json.EnumerateObject().Count() > 1)
        {
            throw new HarmfulAnswerException("An answer back to builtin holds nothing but the version.");
        }
        if (running.IsBuiltin)
        {
            throw new HarmfulAnswerException("Back to builtin for a device on builtin: it would reload on every check.");
        }
        return generation.UnderstandsBuiltin
            ? new BackToBuiltin()
            : throw new HarmfulAnswerException("This plugin does not know the answer back to builtin.");
    }

    internal static Uri ReadUrl(string? text, string name) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new HarmfulAnswerException($"'{name}' is missing or not an absolute http(s) URL: '{text}'.");
}
