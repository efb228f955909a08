using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Apps;
using Serverless.Keys;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Keys;

/// <summary>A deployment whose keys are its own, with one app. Its instances count what they sign.</summary>
internal sealed class KeyLab(AzuriteFixture azurite) : IAsyncDisposable
{
    private readonly KeyFolder _keys = new();
    private PipelineInstance? _pipeline;
    private SigningPublicKey? _old;

    public AppId App { get; } = PipelineInstance.NewApp();

    public PipelineInstance Pipeline => _pipeline ?? throw new InvalidOperationException("The lab is not open.");

    /// <summary>The key it began with.</summary>
    public SigningPublicKey Old => _old ?? throw new InvalidOperationException("The lab is not open.");

    public ReleaseCatalog Catalog => Pipeline.Get<ReleaseCatalog>();

    public KeyAdministration Administration => Pipeline.Get<KeyAdministration>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task OpenAsync()
    {
        _pipeline = await StartAsync();
        _old = Assert.Single(await _pipeline.Get<ICustodian>().GetKeysAsync(Cancellation)).PublicKey;
    }

    /// <summary>Another instance.</summary>
    /// <param name="storage">Where it reaches the storage; null for the straight way.</param>
    /// <param name="ahead">By how much its clock is ahead.</param>
    /// <param name="minDaysCounted">How long it must have known a key to retire it.</param>
    public Task<PipelineInstance> StartAsync(string? storage = null, TimeSpan ahead = default, int minDaysCounted = 0) =>
        PipelineInstance.StartAsync(storage ?? azurite.ConnectionString, _keys, builder =>
        {
            builder.Configuration["Keys:MinDaysCounted"] = minDaysCounted.ToString(CultureInfo.InvariantCulture);
            builder.Services.AddSingleton(provider => new SigningSpy(provider.GetRequiredKeyedService<ICustodian>(CustodianName.Local)));
            builder.Services.AddSingleton<ICustodian>(provider => provider.GetRequiredService<SigningSpy>());
            if (ahead > TimeSpan.Zero)
            {
                builder.Services.AddSingleton<TimeProvider>(new FakeTimeProvider(DateTimeOffset.UtcNow + ahead));
            }
        });

    /// <summary>Gives the custodian a second key.</summary>
    public SigningPublicKey AddKey() => _keys.Add("signing-key-2.pem");

    public async Task<(int Signed, int InUse)> ProgressAsync(SigningPublicKey key)
    {
        var overview = await Pipeline.Get<KeyOverview>().ListAsync(App, Cancellation);
        var releases = Assert.Single(overview.Keys, listed => listed.KeyId == key.KeyId).Releases;
        return (releases.Signed, releases.InUse);
    }

    public async ValueTask DisposeAsync()
    {
        await (_pipeline?.DisposeAsync() ?? ValueTask.CompletedTask);
        _keys.Dispose();
    }
}
