using System.Text.Json.Nodes;
using Serverless.Apps;
using Serverless.Deliveries;

namespace Serverless.Approvals;

/// <summary>Tells webhooks how a request stands. What was told before is told under the same ids.</summary>
internal sealed class ApprovalAnnouncements(Announcer announcer)
{
    public async Task TellAsync(AppId app, ApprovalRequest request, CancellationToken cancellation)
    {
        if (!announcer.HasTargets || request.Declined is not null)
        {
            return;
        }

        var asking = $"{request.Subject()} {request.Sha256} {request.AskedAt:O} {request.Policy}";
        await announcer.AnnounceAsync(
            new Announcement(EventType.ApprovalRequested, app, $"{asking} {request.Percent}", request.AskedAt, Describe(request)), cancellation);
        if (request is { Granted: > 0, BreakGlass: null, Approvals: [.., var last] })
        {
            var granted = Describe(request);
            granted["granted"] = request.Granted;
            granted["approvers"] = new JsonArray([.. request.Approvals.Select(approval => JsonValue.Create(approval.By))]);
            await announcer.AnnounceAsync(new Announcement(EventType.ApprovalGranted, app, $"{asking} {request.Granted}", last.At, granted), cancellation);
        }

        if (request.BreakGlass is { } decision)
        {
            var broken = Describe(request);
            broken["by"] = decision.By;
            broken["reason"] = decision.Reason;
            await announcer.AnnounceAsync(new Announcement(EventType.ApprovalBreakGlass, app, $"{asking} {decision.At:O}", decision.At, broken), cancellation);
        }
    }

    private static JsonObject Describe(ApprovalRequest request) => new()
    {
        ["channel"] = request.Channel.Value,
        ["version"] = request.Version.Value,
        ["sha256"] = request.Sha256.Hex,
        ["percent"] = request.Percent,
    };
}
