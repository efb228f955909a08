using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Access;
using Serverless.Access.Tokens;
using Serverless.Approvals;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Deliveries;
using Serverless.Deltas;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Devices.Enrolment;
using Serverless.Keys;
using Serverless.Ledger;
using Serverless.Ledger.Seals;
using Serverless.Notices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Rollouts;

namespace Serverless;

/// <summary>
/// Every document we store. Read strictly, but for members of a later version: while a deployment rolls, old instances read new rows.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(BundleVersionConverter), typeof(Sha256DigestConverter), typeof(ChannelNameConverter), typeof(CellConverter), typeof(DevicePseudonymConverter), typeof(ScopesConverter)])]
[JsonSerializable(typeof(ApprovalPolicy))]
[JsonSerializable(typeof(ApprovalRequest))]
[JsonSerializable(typeof(DeadDelivery))]
[JsonSerializable(typeof(DecidedUpload))]
[JsonSerializable(typeof(Delivery))]
[JsonSerializable(typeof(DeviceAuthentication))]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(Dictionary<string, Dictionary<string, long[]>>))]
[JsonSerializable(typeof(Dictionary<string, OutcomeTally>))]
[JsonSerializable(typeof(EnrolledKey))]
[JsonSerializable(typeof(EnrolmentCode))]
[JsonSerializable(typeof(Release))]
[JsonSerializable(typeof(ReleaseChanges))]
[JsonSerializable(typeof(ReleaseSummary))]
[JsonSerializable(typeof(ApiToken))]
[JsonSerializable(typeof(Channel))]
[JsonSerializable(typeof(Incident))]
[JsonSerializable(typeof(Pin))]
[JsonSerializable(typeof(RecoveryMessage))]
[JsonSerializable(typeof(FileList))]
[JsonSerializable(typeof(KnownKey))]
[JsonSerializable(typeof(LedgerDocument))]
[JsonSerializable(typeof(Notice))]
[JsonSerializable(typeof(LedgerSeal))]
[JsonSerializable(typeof(QuarantineReason))]
internal sealed partial class PipelineJson : JsonSerializerContext;
