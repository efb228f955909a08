using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Channels;
using Serverless.Deltas;
using Serverless.Devices;
using Serverless.Devices.Enrolment;
using Serverless.Errors;
using Serverless.Health;
using Serverless.Keys;
using Serverless.Reports;
using Serverless.Signing;
using Serverless.Updates;

namespace Serverless;

/// <summary>What devices send and are sent. Unknown fields are ignored and nulls are never written; field names are the plugin's.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.General, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChannelAnswer))]
[JsonSerializable(typeof(ChannelRequest))]
[JsonSerializable(typeof(DeviceEvidence))]
[JsonSerializable(typeof(DeviceInfo))]
[JsonSerializable(typeof(DeviceEvent))]
[JsonSerializable(typeof(DownloadSizeAnswer))]
[JsonSerializable(typeof(DownloadSizeRequest))]
[JsonSerializable(typeof(EnrolmentAnswer))]
[JsonSerializable(typeof(EnrolmentRequest))]
[JsonSerializable(typeof(ErrorBatch))]
[JsonSerializable(typeof(ErrorReport))]
[JsonSerializable(typeof(EventBatch))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(ListedChannel[]))]
[JsonSerializable(typeof(MissingFile))]
[JsonSerializable(typeof(ReadinessAnswer))]
[JsonSerializable(typeof(ReportAnswer))]
[JsonSerializable(typeof(RequestFault))]
[JsonSerializable(typeof(SigningHealthAnswer))]
[JsonSerializable(typeof(UpdateAnswer))]
internal sealed partial class WireJson : JsonSerializerContext;
