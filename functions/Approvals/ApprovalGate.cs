using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;

namespace Serverless.Approvals;

/// <summary>Stands before every change by which a channel could go forward: without approvals, where it needs them, none is made.</summary>
internal sealed class ApprovalGate(ReleaseCatalog catalog, TimeProvider time)
{
    /// <summary>For a change to a release that exists.</summary>
    /// <returns>Null when approvals are missing.</returns>
    public async Task<ApprovalPass?> FindPassAsync(AppId app, Channel before, Channel after, string actor, CancellationToken cancellation)
    {
        if (before.Approvals is null || ForwardStep.Between(before, after) is not { } step)
        {
            return ApprovalPass.Free;
        }

        var release = await catalog.FindReleaseAsync(app, step.Version, cancellation);
        return await FindPassAsync(app, before, after, request => request.Sha256 == release?.UploadSha256, actor, cancellation);
    }

    /// <param name="app">The app.</param>
    /// <param name="before">The channel as it is.</param>
    /// <param name="after">As it is to be.</param>
    /// <param name="isAbout">Whether a request is about the very release that the channel goes to.</param>
    /// <param name="actor">Who makes the change.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when approvals are missing. The pass is good within the transaction that commits the change.</returns>
    public async Task<ApprovalPass?> FindPassAsync(
        AppId app, Channel before, Channel after, Predicate<ApprovalRequest> isAbout, string actor, CancellationToken cancellation)
    {
        if (before.Approvals is not { } policy || ForwardStep.Between(before, after) is not { } step)
        {
            return ApprovalPass.Free;
        }

        var request = await catalog.FindApprovalAsync(app, before.Name, step.Version, cancellation);
        return request is not null && isAbout(request) ? ApprovalPass.Find(policy, step, request, actor, time.GetUtcNow()) : null;
    }
}

/// <summary>The leave to make a change, and what is to be committed with it.</summary>
/// <param name="Used">The request that is used by it; null when none was needed, or when it was used before.</param>
/// <param name="Ledger">What the ledger says of it.</param>
internal sealed record ApprovalPass(ApprovalRequest? Used, ImmutableArray<LedgerEntry> Ledger)
{
    public static readonly ApprovalPass Free = new(null, []);

    /// <returns>Null when the request does not go as far as the step.</returns>
    public static ApprovalPass? Find(ApprovalPolicy policy, ForwardStep step, ApprovalRequest request, string actor, DateTimeOffset now) =>
        request.GrantedUnder(policy) < step.Percent ? null
        : ApprovalActs.Use(request, actor, now) is { } used ? new ApprovalPass(used.Request, used.Ledger)
        : Free;

    public CatalogChange With(CatalogChange change) => change with { Approvals = Used is null ? [] : [Used], Ledger = [.. Ledger, .. change.Ledger] };

    public ChannelAct With(ChannelAct act) => act with { Approvals = Used, Ledger = [.. Ledger, .. act.Ledger] };
}
