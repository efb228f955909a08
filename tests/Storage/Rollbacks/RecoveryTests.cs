using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Apps;
using Serverless.Audits;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;
using Serverless.Storage;
using Serverless.Tests.Storage.Outcomes;
using Serverless.Tests.Support;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Rollbacks;

/// <summary>What follows a decision, step by step, with the server asking itself as devices do.</summary>
public sealed class RecoveryTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private const string Good = "1.0.0";
    private const string Bad = "1.1.0";

    private readonly AppId _app = PipelineInstance.NewApp();
    private readonly SelfServer _self = new();
    private readonly MortalObserver _observer = new();
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReleaseCatalog Catalog => _pipeline.Get<ReleaseCatalog>();

    public async ValueTask InitializeAsync()
    {
        _pipeline = _self.Pipeline = await PipelineInstance.StartAsync(
            azurite.ConnectionString,
            keys,
            SelfServer.In(_self, ("Recoveries:ProbeWithin", "00:00:01"), ("Recoveries:ConfirmWithin", "00:00:01")) + (builder => builder.Services.AddSingleton<IIncidentObserver>(_observer)));
        await _pipeline.PublishAsync(_app, Good);
        await _pipeline.PublishAsync(_app, Bad);
    }

    [Fact]
    public async Task Recovery_goes_through_every_step_once_and_the_audit_holds()
    {
        await _pipeline.WithdrawAsync(_app, Bad);

        Assert.Null(await AdvanceAsync());
        await _pipeline.Get<RecoveryRun>().RunAsync($$"""{"app":"{{_app}}","version":"{{Bad}}"}""", Cancellation);

        var incident = await FindAsync();
        IncidentState[] steps = [IncidentState.Opened, IncidentState.Verified, IncidentState.Moved, IncidentState.Confirmed, IncidentState.Probed, IncidentState.Resolved];
        Assert.Equal(steps, incident.Steps.Select(step => step.State));
        Assert.NotNull(incident.ClosedAt);
        Assert.Equal(
            ["incident.opened", "incident.verified", "incident.moved", "incident.confirmed", "incident.probed", "incident.resolved"],
            (await Catalog.VerifyAsync(_app)).Select(entry => entry.Kind).Where(kind => kind.StartsWith("incident.", StringComparison.Ordinal)));
        Assert.Contains("6 synthetic devices", incident.Steps[4].Note, StringComparison.Ordinal);
        await RequireAuditAsync();
    }

    [Theory]
    [InlineData("Opened")]
    [InlineData("Verified")]
    [InlineData("Moved")]
    [InlineData("Confirmed")]
    [InlineData("Probed")]
    [InlineData("Resolved")]
    public async Task Run_that_dies_after_a_step_is_finished_once_by_the_next_which_tells_of_it_again(string state)
    {
        await DieAfterAsync(state);
        _observer.Told.Clear();

        await RunAsync();

        Assert.Contains("Resolved", _observer.Told);
        Assert.Equal((IncidentState.Resolved, 6), ((await FindAsync()).State, (await FindAsync()).Steps.Length));
        Assert.Equal(6, (await Catalog.VerifyAsync(_app)).Count(entry => entry.Kind.StartsWith("incident.", StringComparison.Ordinal)));
        await RequireAuditAsync();

        async Task RunAsync()
        {
            await _pipeline.WithdrawAsync(_app, Bad);
            await AdvanceAsync();
        }

        // The first steps are taken before anybody is told of them: a run that dies there has taken them and no more.
        async Task DieAfterAsync(string last)
        {
            if (last is "Opened" or "Verified")
            {
                var decision = new RollbackDecision(RollbackAction.Rollback, "It was bad.");
                var opened = await _pipeline.Get<IncidentOpening>().OpenAsync(_app, BundleVersion.Parse(Bad), decision, Cancellation);
                _ = last is "Verified" ? await _pipeline.Get<RecoveryPlanning>().RunAsync(_app, opened!, Cancellation) : null;
                Assert.Equal(last, $"{(await FindAsync()).State}");
                return;
            }

            _observer.DiesAt = last;
            await Assert.ThrowsAsync<InvalidOperationException>(RunAsync);
            _observer.DiesAt = null;
        }
    }

    [Fact]
    public async Task Recovery_waits_for_the_devices_that_had_the_release()
    {
        var devices = Voters.Many(3);
        var version = BundleVersion.Parse(Bad);
        await Task.WhenAll(devices.Select(device => _pipeline.Get<OutcomeStore>().OfferAsync(_app, version, device, Cancellation).AsTask()));
        await _pipeline.Get<OutcomeStore>().RecordAsync(new TallyKey(_app, version), devices.Select(device => new Vote(device, VoteKind.Failed, "update_fail", Voters.Noon)), Cancellation);
        await _pipeline.WithdrawAsync(_app, Bad);

        await AdvanceAsync();

        Assert.Equal(IncidentState.Probed, (await FindAsync()).State);
        Assert.Equal([version], (await _pipeline.Get<AppSnapshots>().GetAsync(_app)).Watched);
    }

    [Fact]
    public async Task Without_a_target_devices_are_led_to_the_bundle_inside_the_app_and_the_reason_says_why()
    {
        await HarmZipAsync(Good);
        await _pipeline.WithdrawAsync(_app, Bad);

        await AdvanceAsync();

        var incident = await FindAsync();
        Assert.Equal((IncidentState.Resolved, "builtin"), (incident.State, Assert.Single(incident.Moves).TargetName));
        Assert.Matches(@"^production: .*1\.0\.0.* No earlier release is servable: back to the bundle inside the app\.$", incident.Steps[1].Note);
    }

    [Fact]
    public async Task Rollback_below_the_floor_of_the_release_pauses_it_instead()
    {
        await _pipeline.IntakeAsync($"{_app}/production/1.2.0.zip", Tests.Support.Bundles.WebBundle.Small("1.2.0").Zip(), new Dictionary<string, string> { ["rollback_floor"] = "1.2.0" });

        await _pipeline.WithdrawAsync(_app, "1.2.0");
        await _pipeline.WithdrawAsync(_app, "1.2.0");

        var incident = await FindAsync("1.2.0");
        var release = await FindReleaseAsync("1.2.0");
        Assert.Equal(IncidentState.Paused, Assert.Single(incident.Steps).State);
        Assert.Contains("floor 1.2.0", incident.Reason + release.PausedBecause, StringComparison.Ordinal);
        Assert.Null(release.WithdrawnBecause);
        Assert.Equal("1.2.0", await TargetAsync());
        await RequireAuditAsync();

        var (problem, resolved) = await OrderAsync("1.2.0", new IncidentOrder(IncidentAction.Resolve, "The data is fine."));
        Assert.Equal((null, IncidentState.Resolved, null), (problem, resolved!.State, (await FindReleaseAsync("1.2.0")).PausedBecause));
        await _pipeline.WithdrawAsync(_app, "1.2.0");
        Assert.Equal(IncidentState.Resolved, (await FindAsync("1.2.0")).State);
        await RequireAuditAsync();
    }

    [Fact]
    public async Task Channel_that_somebody_moves_after_the_rollback_is_theirs()
    {
        await _pipeline.WithdrawAsync(_app, Bad);
        await _pipeline.PublishAsync(_app, "1.2.0");

        await AdvanceAsync();

        Assert.Equal((IncidentState.TakenOver, "1.2.0"), ((await FindAsync()).State, await TargetAsync()));
    }

    [Fact]
    public async Task Target_that_synthetic_devices_cannot_install_escalates()
    {
        await _pipeline.WithdrawAsync(_app, Bad);
        await HarmZipAsync(Good);

        await Eventually.True(async () => await AdvanceAsync() is null, "The recovery should have given up.");

        var incident = await FindAsync();
        Assert.Equal(IncidentState.Escalated, incident.State);
        Assert.Contains("checksum", incident.Steps[^1].Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_that_stays_wrong_escalates()
    {
        _self.OnTheWay = (answer, _) => answer with { Version = Bad };
        await _pipeline.WithdrawAsync(_app, Bad);

        await Eventually.True(async () => await AdvanceAsync() is null, "The recovery should have given up.");

        Assert.Equal(IncidentState.Escalated, (await FindAsync()).State);
    }

    [Fact]
    public async Task Part_of_the_fleet_is_detoured_and_a_wider_decision_opens_the_incident_anew()
    {
        var cell = new Cell(CellKind.Platform, "ios");
        await _pipeline.WithdrawAsync(_app, Bad, cell: cell);
        await _pipeline.WithdrawAsync(_app, Bad, cell: cell);

        var channel = await Catalog.FindChannelAsync(_app, ChannelName.Production, Cancellation);
        Assert.Equal(Bad, channel!.Target?.Value);
        Assert.Equal(new Detour(cell, BundleVersion.Parse(Bad), BundleVersion.Parse(Good)), Assert.Single(channel.Detours));
        Assert.Null((await FindReleaseAsync(Bad)).WithdrawnBecause);
        Assert.Equal([IncidentState.Opened, IncidentState.Verified, IncidentState.Moved], (await FindAsync()).Steps.Select(step => step.State));

        await _pipeline.WithdrawAsync(_app, Bad, "Everywhere.");

        var wider = await FindAsync();
        Assert.Equal((Good, IncidentState.Moved, 0), (await TargetAsync(), wider.State, wider.Cells.Length));
        Assert.Equal(2, wider.Moves.Length);
        Assert.Single(await Catalog.VerifyAsync(_app), entry => entry.Kind == LedgerKind.IncidentReopened);
        await RequireAuditAsync();
    }

    [Fact]
    public async Task People_win_over_a_recovery_that_is_under_way()
    {
        await _pipeline.WithdrawAsync(_app, Bad);
        var stale = await FindAsync();

        var (problem, taken) = await OrderAsync(Bad, new IncidentOrder(IncidentAction.Takeover, "I am on it."));
        await AdvanceAsync();

        Assert.Equal((null, IncidentState.TakenOver), (problem, taken!.State));
        Assert.Equal(IncidentState.TakenOver, (await FindAsync()).State);
        var (refused, _) = await _pipeline.Get<IncidentAdministration>().OrderAsync(
            TestPrincipal.Operator, _app, BundleVersion.Parse(Bad), new IncidentOrder(IncidentAction.Resolve, "Late."), tag => tag == IncidentAdministration.Tag(stale), Cancellation);
        Assert.Equal(ProblemCode.ChangedMeanwhile, refused!.Code);
    }

    [Fact]
    public async Task People_roll_forward_and_back_to_the_release_they_name()
    {
        await _pipeline.PublishAsync(_app, "1.2.0");
        await _pipeline.WithdrawAsync(_app, "1.2.0");
        Assert.Equal(Bad, await TargetAsync());

        await OrderAsync("1.2.0", new IncidentOrder(IncidentAction.Rollback, "Further back.", Good));
        Assert.Equal(Bad, await TargetAsync());
        var (problem, forward) = await OrderAsync("1.2.0", new IncidentOrder(IncidentAction.Rollforward, "The other one.", Good));

        Assert.Equal((null, IncidentState.TakenOver, Good), (problem, forward!.State, await TargetAsync()));
        Assert.Equal([Good], Shown(forward));

        var (_, further) = await OrderAsync("1.2.0", new IncidentOrder(IncidentAction.Rollforward, "No, that one.", Bad));
        Assert.Equal(Bad, await TargetAsync());
        Assert.Equal([Bad], Shown(further!));
        var (refused, _) = await OrderAsync("1.2.0", new IncidentOrder(IncidentAction.Rollforward, "No such release.", "9.9.9"));
        Assert.Equal((ProblemCode.InvalidMember, "to"), (refused!.Code, refused.Member));
        await RequireAuditAsync();

        static IEnumerable<string> Shown(Incident incident) => IncidentDescription.Of(incident).Moves.Select(move => move.Target);
    }

    [Fact]
    public async Task Incidents_are_listed_page_by_page_and_the_newest_first()
    {
        await _pipeline.WithdrawAsync(_app, Bad);
        await _pipeline.PublishAsync(_app, "1.2.0");
        await _pipeline.WithdrawAsync(_app, "1.2.0");
        var administration = _pipeline.Get<IncidentAdministration>();

        var first = await administration.ListAsync(_app, NextPage.Of(1, null), Cancellation);
        var last = await administration.ListAsync(_app, NextPage.Of(1, first.Next), Cancellation);

        Assert.Equal(["1.2.0"], first.Incidents.Select(incident => incident.Version));
        Assert.Equal([Bad], last.Incidents.Select(incident => incident.Version));
        Assert.Null(last.Next);
    }

    [Fact]
    public async Task Sweep_sends_nothing_for_what_is_worked_on_or_over()
    {
        await _pipeline.WithdrawAsync(_app, Bad);
        await AdvanceAsync();
        var before = (await Catalog.ReadAppAsync(_app, Cancellation)).Revision;

        await _pipeline.Get<RecoverySweep>().RunAsync(Cancellation);
        await _pipeline.Get<RecoverySweep>().RunAsync(Cancellation);

        Assert.Equal(before, (await Catalog.ReadAppAsync(_app, Cancellation)).Revision);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    /// <summary>Dies when it is told of a step, as a process would right after the step was written.</summary>
    private sealed class MortalObserver : IIncidentObserver
    {
        public string? DiesAt { get; set; }

        public List<string> Told { get; } = [];

        public Task ChangedAsync(AppId app, Incident incident, CancellationToken cancellation)
        {
            Told.Add($"{incident.State}");
            return DiesAt == $"{incident.State}" ? throw new InvalidOperationException("Killed.") : Task.CompletedTask;
        }
    }

    private Task<TimeSpan?> AdvanceAsync() => _pipeline.Get<Recovery>().AdvanceAsync(_app, BundleVersion.Parse(Bad), Cancellation);

    private Task<(Problem? Problem, Incident? Incident)> OrderAsync(string version, IncidentOrder order) =>
        _pipeline.Get<IncidentAdministration>().OrderAsync(TestPrincipal.Operator, _app, BundleVersion.Parse(version), order, _ => true, Cancellation);

    private async Task<Incident> FindAsync(string version = Bad) =>
        Assert.IsType<Incident>(await Catalog.FindIncidentAsync(_app, BundleVersion.Parse(version), Cancellation));

    private async Task<Release> FindReleaseAsync(string version) =>
        Assert.IsType<Release>(await Catalog.FindReleaseAsync(_app, BundleVersion.Parse(version), Cancellation));

    private async Task<string?> TargetAsync() => (await Catalog.FindChannelAsync(_app, ChannelName.Production, Cancellation))!.Target?.Value;

    private async Task HarmZipAsync(string version)
    {
        var release = await FindReleaseAsync(version);
        await _pipeline.Blob(Containers.Bundles, $"{_app}/{version}/{release.Zip.Sha256}.zip")
            .UploadAsync(new BinaryData(new byte[release.Zip.Size]), overwrite: true, Cancellation);
    }

    /// <summary>Holds every row of the app against the ledger.</summary>
    private async Task RequireAuditAsync()
    {
        var facts = new LedgerFacts();
        Assert.All(await Catalog.VerifyAsync(_app), entry => Assert.True(facts.Apply(entry), $"{entry.Kind} {entry.Subject}: {entry.Why}"));
        var source = new StorageAuditSource(_pipeline.Get<TableServiceClient>(), _pipeline.Get<BlobServiceClient>());
        Assert.Null(await new AppRowsAudit(source, new AuditTally()).FindDefectAsync(_app.Value, facts, Cancellation));
        var releases = new ReleaseAudit(facts);
        await foreach (var row in source.ReadRowsAsync(_app.Value, CatalogKeys.ReleasePrefix, Cancellation))
        {
            Assert.Null(releases.FindDefect(row.RowKey, AuditRows.Read(row, PipelineJson.Default.Release)!));
        }
    }
}
