using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Serverless.Apps;
using Serverless.Audits;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Devices.Enrolment;
using Serverless.Devices.Erasure;
using Serverless.Ledger;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Rollouts;
using Serverless.Storage;
using Serverless.Tests.Storage.Outcomes;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Devices;

/// <summary>A device of which every kind of row is stored, and a neighbour of which the same is.</summary>
public sealed class DeviceErasureTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private const string ControlledRollout = "r1";

    private static readonly string[] Versions = ["1.0.0", "1.1.0"];

    private readonly AppId _app = PipelineInstance.NewApp();
    private PipelineInstance _pipeline = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ReleaseCatalog Catalog => _pipeline.Get<ReleaseCatalog>();

    private EnrolledKeys Keys => _pipeline.Get<EnrolledKeys>();

    private OutcomeStore Outcomes => _pipeline.Get<OutcomeStore>();

    public async ValueTask InitializeAsync()
    {
        _pipeline = await PipelineInstance.StartAsync(azurite.ConnectionString, keys);
        await _pipeline.PublishAsync(_app, "1.0.0");
        await _pipeline.PublishAsync(_app, "1.1.0");
    }

    [Fact]
    public async Task Nothing_is_left_of_an_erased_device_but_what_the_ledger_had_said()
    {
        var (device, neighbour) = (NewDevice(), NewDevice());
        await FillAsync(device);
        await FillAsync(neighbour);
        var (beside, tally) = (await FindRowsAsync(neighbour.Device), await Outcomes.TallyAsync(_app, BundleVersion.Parse("1.0.0"), Cancellation));

        var tried = await EraseAsync(device, isDryRun: true);
        Assert.Equal(new ErasedDevice(DryRun: true, Outcomes: 3, Pins: 1, Keys: 1, Codes: 1, ChosenChannels: 1), tried);
        Assert.Equal(beside.Count, (await FindRowsAsync(device.Device)).Count);

        var erased = await EraseAsync(device);
        Assert.Equal(tried with { DryRun = false }, erased);
        var left = await FindRowsAsync(device.Device);
        Assert.All(left, row => Assert.StartsWith(CatalogKeys.LedgerPrefix, row, StringComparison.Ordinal));
        Assert.Equal(beside, await FindRowsAsync(neighbour.Device));
        Assert.Equal(tally, await Outcomes.TallyAsync(_app, BundleVersion.Parse("1.0.0"), Cancellation));
    }

    [Fact]
    public async Task Erasure_is_an_act_of_the_ledger_that_names_no_device_and_an_audit_follows_it()
    {
        var device = NewDevice();
        await FillAsync(device);

        await EraseAsync(device);
        Assert.Equal(new ErasedDevice(DryRun: false, 0, 0, 0, 0, 0), await EraseAsync(device));

        var entries = await Catalog.VerifyAsync(_app);
        var told = Assert.Single(entries, entry => entry.Kind == LedgerKind.DeviceErased);
        Assert.Equal((TestPrincipal.Operator.Id, "one device"), (told.Actor, told.Subject));
        Assert.StartsWith("3 outcomes, 1 pins, 1 keys, 1 codes, 1 chosen channels", told.Why, StringComparison.Ordinal);
        var facts = new LedgerFacts();
        Assert.All(entries, entry => Assert.True(facts.Apply(entry), $"{entry}"));
        var source = new StorageAuditSource(_pipeline.Get<TableServiceClient>(), _pipeline.Get<BlobServiceClient>());
        Assert.Null(await new AppRowsAudit(source, new AuditTally()).FindDefectAsync(_app.Value, facts, Cancellation));
    }

    [Fact]
    public async Task Instances_that_remember_the_key_of_an_erased_device_take_it_no_more()
    {
        var device = NewDevice();
        await EnrolAsync(device);
        var before = await Catalog.ReadAuthenticationAsync(_app, Cancellation);

        await EraseAsync(device);

        Assert.Equal(before.Revocations + 1, (await Catalog.ReadAuthenticationAsync(_app, Cancellation)).Revocations);
        Assert.Null((await Keys.ReadKeyAsync(device, Cancellation)).Key);
    }

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    private Task<ErasedDevice> EraseAsync(DeviceIdentity device, bool isDryRun = false) =>
        _pipeline.Get<DeviceErasure>().RunAsync(TestPrincipal.Operator, device, isDryRun, Cancellation);

    private DeviceIdentity NewDevice() =>
        new(_app, DevicePseudonym.Of(_app, Guid.NewGuid().ToString(), _pipeline.Get<Pepper>()));

    private async Task FillAsync(DeviceIdentity device)
    {
        foreach (var version in Versions.Select(BundleVersion.Parse))
        {
            await Outcomes.OfferAsync(_app, version, device.Device, Cancellation);
            await Outcomes.RecordAsync(new TallyKey(_app, version), [Voters.Good(device.Device)], Cancellation);
        }

        await Outcomes.RecordAsync(
            new TallyKey(_app, BundleVersion.Parse("1.0.0"), ControlledRollout), [Voters.Ran(device.Device, Voters.Noon)], Cancellation);
        await _pipeline.Get<ChannelOverrides>().SetAsync(_app, device.Device, ChannelName.Production, Cancellation);
        await _pipeline.Get<PinAdministration>().PinAsync(TestPrincipal.Operator, device, new PinOrder(Version: "1.0.0"), Cancellation);
        await EnrolAsync(device);
        var now = DateTimeOffset.UtcNow;
        EnrolmentCode[] codes = [EnrolmentCode.Issue(now.AddHours(1), device.Device).Code, EnrolmentCode.Issue(now.AddHours(1), device: null).Code];
        await Keys.AddCodesAsync(_app, codes, now, Cancellation);
    }

    private async Task EnrolAsync(DeviceIdentity device) => Assert.True(await Keys.TryWriteAsync(
        device, new EnrolledKey("MFkw", "f00d", DateTimeOffset.UtcNow, EnrolledKey.ByCertificate), before: null, code: null, Cancellation));

    /// <summary>The keys of all rows of the app, in any table, that hold the pseudonym anywhere: in a key or in what is stored.</summary>
    private async Task<IReadOnlyList<string>> FindRowsAsync(DevicePseudonym device)
    {
        var found = new List<string>();
        foreach (var table in Tables.All)
        {
            // Partitions of this app only: other tests fill the same tables.
            var rows = _pipeline.Get<TableServiceClient>().GetTableClient(table).QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey ge {_app.Value} and PartitionKey lt {_app.Value + "~"}"), cancellationToken: Cancellation);
            await foreach (var row in rows)
            {
                if (row.Keys.Any(column => $"{row[column]}".Contains(device.Hex, StringComparison.Ordinal)))
                {
                    found.Add(row.RowKey);
                }
            }
        }

        return found;
    }
}
