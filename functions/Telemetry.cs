using System.Diagnostics.Metrics;
using Serverless.Bundles;
using Serverless.Devices.Authentication;
using Serverless.SyntheticDevices;
using Serverless.Updates;

namespace Serverless;

/// <summary>What the pipeline counts. Tags are few and of few values: never an app, a version or a device.</summary>
internal sealed class Telemetry
{
    public const string Source = "Serverless.Updates";

    private readonly Counter<long> _brokenGlass;
    private readonly Counter<long> _bundles;
    private readonly Counter<long> _checks;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _devices;
    private readonly Counter<long> _events;
    private readonly Counter<long> _probes;
    private readonly Counter<long> _repeatedEvents;
    private readonly Counter<long> _rollbacks;
    private readonly Counter<long> _signatures;
    private readonly Counter<long> _slowProbes;
    private readonly Counter<long> _unaccounted;
    private readonly Counter<long> _unsealable;

    public Telemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Source);
        _brokenGlass = meter.CreateCounter<long>("updates.approvals.break_glass", "{release}", "Releases that went out without the approvals they needed. Alert on any.");
        _bundles = meter.CreateCounter<long>("updates.bundles", "{bundle}", "Uploads judged by intake, by result.");
        _checks = meter.CreateCounter<long>("updates.checks", "{check}", "Update checks answered, by answer.");
        _deliveries = meter.CreateCounter<long>("updates.deliveries", "{attempt}", "Attempts to tell webhooks and push, by result. Alert on dead ones.");
        _devices = meter.CreateCounter<long>("updates.devices", "{request}", "Requests of devices, by how they authenticated or why they were refused.");
        _events = meter.CreateCounter<long>("updates.events", "{event}", "Device events received, by class.");
        _repeatedEvents = meter.CreateCounter<long>("updates.events.repeated", "{event}", "Device events received once more and left out.");
        _probes = meter.CreateCounter<long>("updates.probes", "{probe}", "Synthetic devices, by what became of them. Alert on failed.");
        _slowProbes = meter.CreateCounter<long>("updates.probes.slow", "{probe}", "Synthetic devices that waited too long for a first byte.");
        _rollbacks = meter.CreateCounter<long>("updates.rollbacks", "{rollback}", "Releases decided against.");
        _signatures = meter.CreateCounter<long>("updates.signatures", "{signature}", "Signatures made, by key and purpose.");
        _unaccounted = meter.CreateCounter<long>("updates.ledger.unaccounted_signatures", "{signature}", "Signatures on which ledger and releases disagree. Alert on any.");
        _unsealable = meter.CreateCounter<long>("updates.ledger.unsealable", "{ledger}", "Ledgers left unsealed because they do not continue what was sealed. Alert on any.");
    }

    public void GlassBroken() => _brokenGlass.Add(1);

    public void BundleJudged(IntakeResult result) => _bundles.Add(1, Tag("result", result is IntakeResult.Rejected rejected
        ? rejected.Rejection.Code
        : result.GetType().Name.ToLowerInvariant()));

    public void CheckAnswered(UpdateDecision decision) => _checks.Add(1, Tag("answer", decision switch
    {
        UpdateDecision.Offer { FileList: not null } => "offer_files",
        UpdateDecision.Offer => "offer_zip",
        UpdateDecision.Revert => "revert",
        UpdateDecision.UpToDate => UpdateAnswer.KindUpToDate,
        UpdateDecision.Blocked => UpdateAnswer.KindBlocked,
        _ => UpdateAnswer.KindFailed,
    }));

    public void DeliveryTried(string result) => _deliveries.Add(1, Tag("result", result));

    public void DeviceJudged(AppAdmission admission) => _devices.Add(1, Tag(admission.IsRefused ? "refused" : "by", admission.Method));

    public void EventReceived(string kind) => _events.Add(1, Tag("class", kind));

    public void EventRepeated() => _repeatedEvents.Add(1);

    public void Probed(ProbeResult result)
    {
        _probes.Add(1, Tag("outcome", result.Outcome.ToString().ToLowerInvariant()), Tag("generation", result.Generation));
        _slowProbes.Add(result.IsSlow ? 1 : 0);
    }

    public void ReleaseWithdrawn() => _rollbacks.Add(1);

    public void SignatureMade(string keyId, string purpose) => _signatures.Add(1, Tag("key", keyId), Tag("purpose", purpose));

    /// <summary>Also called with 0, so that the metric is there before it is needed.</summary>
    public void SignaturesUnaccounted(int count) => _unaccounted.Add(count);

    public void LedgerUnsealable() => _unsealable.Add(1);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
