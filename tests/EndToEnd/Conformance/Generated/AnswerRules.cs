using System.Net;
using System.Text.Json;
using Serverless.Device.Answers;

namespace Serverless.Tests.EndToEnd.Conformance.Generated;

/// <summary>What every answer owes to whoever asked, whatever was asked.</summary>
internal static class AnswerRules
{
    private static readonly int[] Statuses = [(int)HttpStatusCode.OK, (int)HttpStatusCode.BadRequest, (int)HttpStatusCode.RequestEntityTooLarge];

    /// <returns>What kind of answer it is.</returns>
    public static string Require(GeneratedRequest request, HttpAnswer answer, string publicKey)
    {
        Assert.Contains(answer.Status, Statuses);

        // Refuses an empty body, another content type, anything but JSON, and nulls wherever they are.
        var json = AnswerJson.Parse(answer);
        RequireCodes(json);
        return request.IsCheck ? RequireCheck(request, answer, json, publicKey)
            : request.IsReport ? RequireReport(request, answer, json)
            : RequireChannel(answer, json);
    }

    private static void RequireCodes(JsonElement json)
    {
        if (json.ValueKind is not JsonValueKind.Object)
        {
            return;
        }

        foreach (var code in (string[])["error", "kind", "message"])
        {
            Assert.False(json.TryGetProperty(code, out var text) && text.GetString() is not { Length: > 0 }, $"'{code}' is empty.");
        }
    }

    private static string RequireCheck(GeneratedRequest request, HttpAnswer answer, JsonElement json, string publicKey)
    {
        var isRefusal = json.TryGetProperty("error", out _);
        Assert.Equal(isRefusal, json.TryGetProperty("kind", out _));
        Assert.Equal(isRefusal, json.TryGetProperty("message", out _));
        Assert.True(isRefusal || answer.IsSuccess);

        return AskingDevice.Of(request.Body, publicKey).Read(answer) switch
        {
            Refusal { Status: 200 } refusal => $"check: {refusal.Kind}",
            Refusal => "check: fault",
            Offer { SessionKey: "" } => "check: plain offer",
            var other => $"check: {other.GetType().Name}",
        };
    }

    /// <summary>Every event of an array has its result; an array is never refused as a whole but for its size.</summary>
    private static string RequireReport(GeneratedRequest request, HttpAnswer answer, JsonElement json)
    {
        if (!answer.IsSuccess)
        {
            Assert.True(json.TryGetProperty("error", out _));
            return "report: fault";
        }

        Assert.Equal("ok", json.GetProperty("status").GetString());
        using var body = JsonDocument.Parse(request.Body);
        var events = body.RootElement.ValueKind is JsonValueKind.Array ? body.RootElement.GetArrayLength() : (int?)null;
        Assert.Equal(events, json.TryGetProperty("results", out var results) ? results.GetArrayLength() : null);
        return events is null ? "report: event" : "report: array";
    }

    private static string RequireChannel(HttpAnswer answer, JsonElement json)
    {
        if (json.ValueKind is JsonValueKind.Array)
        {
            Assert.All(json.EnumerateArray(), channel => channel.GetProperty("id").GetInt32());
            return "channel: list";
        }

        var isRefusal = json.TryGetProperty("error", out _);
        Assert.Equal(isRefusal, json.TryGetProperty("message", out _));
        Assert.Equal(isRefusal, !json.TryGetProperty("status", out var status));
        return !answer.IsSuccess ? "channel: fault" : isRefusal ? "channel: refusal" : $"channel: {status}";
    }
}
