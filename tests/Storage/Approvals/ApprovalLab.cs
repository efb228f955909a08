using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Access;
using Serverless.Approvals;
using Serverless.Apps;
using Serverless.Audits;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Tests.Storage.Approvals;

/// <summary>An app whose production offers 1.0.0 and needs two of Ann, Ben and Cem; its instances, and what people do on one of them.</summary>
internal sealed class ApprovalLab(string connectionString, KeyFolder keys, ShiftedTime time) : IAsyncDisposable
{
    public static readonly Principal Ann = new("token:ann", Scopes.Promote);
    public static readonly Principal Ben = new("token:ben", Scopes.Promote);
    public static readonly Principal Cem = new("token:cem", Scopes.Promote);
    public static readonly ApprovalSettings TwoOfThree = new(2, [Ann.Id, Ben.Id, Cem.Id], TimeSpan.FromDays(1));

    private PipelineInstance? _pipeline;

    public AppId App { get; private init; } = PipelineInstance.NewApp();

    public PipelineInstance Pipeline => _pipeline ?? throw new InvalidOperationException("The lab is not set up.");

    public ReleaseCatalog Catalog => Pipeline.Get<ReleaseCatalog>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ApprovalLab> StartAsync(string connectionString, KeyFolder keys, ShiftedTime time)
    {
        var lab = new ApprovalLab(connectionString, keys, time);
        await lab.StartAsync();
        await lab.Pipeline.PublishAsync(lab.App, "1.0.0");
        await lab.SetPolicyAsync(TwoOfThree);
        return lab;
    }

    /// <summary>Another instance of the deployment, or the same one on a storage that may fail.</summary>
    public async Task<ApprovalLab> AddInstanceAsync(string through)
    {
        var lab = new ApprovalLab(through, keys, time) { App = App };
        await lab.StartAsync();
        return lab;
    }

    public string Name(string version, string channel = "production") => $"{App}/{channel}/{version}.zip";

    public Task<Channel?> SetPolicyAsync(ApprovalSettings settings) =>
        Pipeline.Get<ApprovalAdministration>().SetPolicyAsync(TestPrincipal.Operator, App, ChannelName.Production, settings, _ => true, Cancellation);

    public Task<(Problem? Problem, ApprovalDescription? Request)> ActAsync(
        Principal by, ApprovalAction action, string version, string sha256, int percent = 100, string? reason = null) => Pipeline.Get<ApprovalAdministration>().ActAsync(
        by, App, ChannelName.Production, BundleVersion.Parse(version), new ApprovalOrder(action, sha256, percent, reason), Cancellation);

    /// <summary>Approves, and requires that nothing speaks against it.</summary>
    public async Task<ApprovalDescription> ApproveAsync(Principal by, string version, string sha256, int percent = 100)
    {
        var (problem, request) = await ActAsync(by, ApprovalAction.Approve, version, sha256, percent);
        Assert.Null(problem);
        return request!;
    }

    public Task<ApprovalList> ListAsync(Page page) => Pipeline.Get<ApprovalAdministration>().ListAsync(App, page, Cancellation);

    public async Task<ApprovalState?> FindStateAsync(string version) =>
        (await ListAsync(new Page(100, After: null))).Approvals.FirstOrDefault(request => request.Version == version)?.State;

    /// <summary>Does what the queue's trigger does. A message whose intake fails comes back.</summary>
    public async Task<IReadOnlyList<IntakeResult>> RunDecidedAsync()
    {
        var queue = Pipeline.Get<QueueServiceClient>().GetQueueClient(Queues.DecidedUploads);
        var results = new List<IntakeResult>();
        foreach (var message in (await queue.ReceiveMessagesAsync(maxMessages: 32, cancellationToken: Cancellation)).Value)
        {
            try
            {
                if (DecidedUploads.Read(message.Body.ToString()) is { } upload && upload.StartsWith($"{App}/", StringComparison.Ordinal))
                {
                    results.Add(await Pipeline.IntakeAsync(upload));
                }
            }
            catch
            {
                await queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, message.Body, TimeSpan.Zero, Cancellation);
                throw;
            }

            await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);
        }

        return results;
    }

    public async Task<(string? Stable, string? Candidate, int? Share)> ReadAsync()
    {
        var channel = await Catalog.FindChannelAsync(App, ChannelName.Production, Cancellation);
        return (channel?.Target?.Value, channel?.Rollout?.Candidate.Value, channel?.Rollout?.Share);
    }

    /// <summary>Requires that an audit comes to the same rows, and answers the kinds of entries since the policy was set.</summary>
    public async Task<string[]> AuditAsync()
    {
        var entries = await Catalog.VerifyAsync(App);
        var source = new StorageAuditSource(Pipeline.Get<TableServiceClient>(), Pipeline.Get<BlobServiceClient>());
        var facts = new LedgerFacts();

        Assert.All(entries, entry => Assert.True(facts.Apply(entry), $"{entry}"));
        Assert.Null(await new AppRowsAudit(source, new AuditTally()).FindDefectAsync(App.Value, facts, Cancellation));
        return [.. entries.Select(entry => entry.Kind).SkipWhile(kind => kind != LedgerKind.ChannelApprovals).Skip(1)];
    }

    public async ValueTask DisposeAsync()
    {
        if (_pipeline is not null)
        {
            await _pipeline.DisposeAsync();
        }
    }

    private async Task StartAsync() =>
        _pipeline = await PipelineInstance.StartAsync(connectionString, keys, builder => builder.Services.AddSingleton<TimeProvider>(time));
}

/// <summary>The classes that share the queue of decided uploads, one after the other.</summary>
[CollectionDefinition(nameof(Approvals))]
public sealed class ApprovalsDefinition;
