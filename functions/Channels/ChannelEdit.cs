using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Management;

namespace Serverless.Channels;

/// <summary>Some of a channel's settings, as somebody wants them. Those it does not name keep their value.</summary>
internal sealed class ChannelEdit
{
    // Holds every member there is; its values do not matter.
    private static readonly ChannelSettings Any = ChannelSettings.Of(Channel.New(ChannelName.Production, id: 1));

    private readonly JsonObject _members;

    private ChannelEdit(JsonObject members) => _members = members;

    /// <returns>What is wrong with the body, or null with the edit, which then fits every channel.</returns>
    public static Problem? Parse(ReadOnlySpan<byte> json, out ChannelEdit edit)
    {
        edit = null!;
        if (ManagementBody.ReadMembers(json) is not { } members)
        {
            return Problem.InvalidJson;
        }

        var known = Write(Any);
        foreach (var (name, value) in members)
        {
            if (!known.ContainsKey(name))
            {
                return Problem.UnknownMember(name);
            }

            if (!Fits(name, value))
            {
                return Problem.InvalidMember(name);
            }
        }

        edit = new ChannelEdit(members);
        return null;
    }

    public Channel ApplyTo(Channel channel) => Merge(ChannelSettings.Of(channel), _members).ApplyTo(channel);

    /// <summary>What differs, in the words of the API, such as <c>versions from major to minor</c>; empty when nothing does.</summary>
    public static string Compare(Channel before, Channel after)
    {
        var (from, to) = (Write(ChannelSettings.Of(before)), Write(ChannelSettings.Of(after)));
        return string.Join(", ", to
            .Where(setting => !JsonNode.DeepEquals(setting.Value, from[setting.Key]))
            .Select(setting => $"{setting.Key} from {from[setting.Key]} to {setting.Value}"));
    }

    /// <summary>Does once more what <see cref="Compare"/> told.</summary>
    /// <returns>Null when the words are of no change to this channel.</returns>
    public static Channel? Replay(Channel channel, string words)
    {
        var members = words.Split(", ").Select(change => change.Split(' ')).Select(change => change is [var name, "from", _, "to", var value]
            ? KeyValuePair.Create(name, (JsonNode?)(bool.TryParse(value, out var flag) ? JsonValue.Create(flag) : JsonValue.Create(value)))
            : default).ToArray();
        var changed = members.All(member => member.Key is not null && Fits(member.Key, member.Value))
            ? Merge(ChannelSettings.Of(channel), members).ApplyTo(channel)
            : null;
        return changed is not null && Compare(channel, changed) == words ? changed : null;
    }

    private static bool Fits(string name, JsonNode? value)
    {
        try
        {
            Merge(Any, [KeyValuePair.Create(name, value)]);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ChannelSettings Merge(ChannelSettings before, IEnumerable<KeyValuePair<string, JsonNode?>> members)
    {
        var merged = Write(before);
        foreach (var (name, value) in members)
        {
            merged[name] = value?.DeepClone();
        }

        return merged.Deserialize(ManagementJson.Default.ChannelSettings)!;
    }

    private static JsonObject Write(ChannelSettings settings) => JsonSerializer.SerializeToNode(settings, ManagementJson.Default.ChannelSettings)!.AsObject();
}
