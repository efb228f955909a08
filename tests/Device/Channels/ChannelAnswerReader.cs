using System.Text.Json;
using Serverless.Device.Answers;

namespace Serverless.Device.Channels;

/// <summary>Reads answers to channel calls, and fails loudly on what iOS could not decode.</summary>
internal static class ChannelAnswerReader
{
    /// <summary>The answer to a choice, or to giving it up; <paramref name="unset"/> tells that the server wants it cleared.</summary>
    /// <returns>Null for a positive answer.</returns>
    public static ChannelAnswer? ReadChange(HttpAnswer answer, out bool unset)
    {
        unset = false;
        var json = AnswerJson.ParseObject(answer);
        json.Flag("allowSet");
        if (Refusal(json) is { } refusal)
        {
            return refusal;
        }
        if (!answer.IsSuccess)
        {
            return new ChannelUnanswered("response_error");
        }
        unset = json.Flag("unset") ?? false;
        return json.Text("status") is "ok" ? null : throw new HarmfulAnswerException("A positive answer to a channel call says 'status':'ok'.");
    }

    public static ChannelAnswer ReadCurrent(HttpAnswer answer, string defaultChannel)
    {
        var json = AnswerJson.ParseObject(answer);
        var allowSet = json.Flag("allowSet");
        var refusal = Refusal(json);
        if (!answer.IsSuccess)
        {
            return answer.Status == 400 && refusal?.Error is "channel_not_found" && defaultChannel.Length > 0
                ? new CurrentChannel(defaultChannel, "default", AllowSet: null)
                : new ChannelUnanswered("response_error");
        }
        if (refusal is not null)
        {
            return refusal;
        }
        return json.Text("channel") is { Length: > 0 } channel && json.Text("status") is ("default" or "override") and var status
            ? new CurrentChannel(channel, status, allowSet)
            : throw new HarmfulAnswerException("The current channel has a name, and is the default or an override.");
    }

    public static ChannelAnswer ReadList(HttpAnswer answer)
    {
        var json = AnswerJson.Parse(answer);
        if (json.ValueKind is JsonValueKind.Array)
        {
            return answer.IsSuccess ? new ChannelList([.. json.EnumerateArray().Select(ReadListed)]) : new ChannelUnanswered("response_error");
        }
        return json.ValueKind is JsonValueKind.Object && Refusal(json) is { } refusal
            ? answer.IsSuccess ? refusal : new ChannelUnanswered("response_error")
            : throw new HarmfulAnswerException("A list of channels is an array, or an object with an error.");
    }

    private static ListedChannel ReadListed(JsonElement json) =>
        json.ValueKind is JsonValueKind.Object && json.Integer("id") is { } id
            ? new ListedChannel(id, json.Text("name"), json.Flag("public"), json.Flag("allow_self_set"))
            : throw new HarmfulAnswerException("A listed channel has an integer for its id.");

    private static ChannelRefused? Refusal(JsonElement json)
    {
        var message = json.Text("message");
        return json.Error() is { } error ? new ChannelRefused(error, message ?? "") : null;
    }
}
