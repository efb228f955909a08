using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Channels;
using Serverless.Outcomes;
using Serverless.Updates;

namespace Serverless.Management;

/// <summary>What the management API is sent and sends. Read strictly: a misspelt member must not pass for one that was left out.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EnumWord<Verdict>), typeof(EnumWord<VersionPolicy>)])]
[JsonSerializable(typeof(ChannelDescription))]
[JsonSerializable(typeof(ChannelList))]
[JsonSerializable(typeof(ChannelSettings))]
[JsonSerializable(typeof(ExplainedUpdate))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ManagementJson : JsonSerializerContext;
