using System.Collections.Frozen;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Rollouts;
using Serverless.Updates;

namespace Serverless.Bench.Parts;

/// <summary>What an update check is made of: its body, the device's pseudonym, the decision, its cohort and the answer.</summary>
[MemoryDiagnoser]
public class CheckParts
{
    private static readonly Pepper Secret = new([.. Enumerable.Range(0, 32).Select(number => (byte)number)]);

    private readonly byte[] _body = System.Text.Encoding.UTF8.GetBytes(Load.RequestFile.Check("com.example.bench", "1.0.0"));
    private readonly UpdateDecision _upToDate = new UpdateDecision.UpToDate("no_new_version_available", "No new version available");
    private readonly UpdateAnswers _answers = new(links: null!, lists: null!);
    private readonly Cohorts _cohorts = new(
        Rollout.Start("production-1", BundleVersion.Parse("1.1.0"), new Ramp([new RampStage(5, TimeSpan.FromHours(1), 10)]), DateTimeOffset.UnixEpoch), Secret);

    private readonly DeviceInfo _info;
    private readonly DeviceRequest _current;
    private readonly DeviceRequest _behind;
    private readonly AppSnapshot _app;

    public CheckParts()
    {
        _info = JsonSerializer.Deserialize(_body, WireJson.Default.DeviceInfo)!;
        _ = DeviceRequest.Parse(_info, Secret, out _current);
        _behind = _current with { VersionName = BundleVersion.Builtin };
        var release = new Release
        {
            Version = BundleVersion.Parse("1.0.0"),
            Sequence = 1,
            UploadSha256 = Sha256Digest.Of(_body),
            Zip = new BundleDigests(Sha256Digest.Of(_body), "00c0ffee", Size: 1000),
            SignedForms = [],
            FileCount = 3,
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        var production = Channel.New(ChannelName.Production, 1).PointAt(release.Version);
        _app = new AppSnapshot
        {
            App = _current.App,
            Revision = 1,
            Channels = new Dictionary<string, Channel> { [production.Name.Value] = production }.ToFrozenDictionary(StringComparer.Ordinal),
            Releases = new Dictionary<string, Release> { [release.Version.Value] = release }.ToFrozenDictionary(StringComparer.Ordinal),
        };
    }

    [Benchmark]
    public object? Body() => JsonSerializer.Deserialize(_body, WireJson.Default.DeviceInfo);

    [Benchmark]
    public object? Device() => DeviceRequest.Parse(_info, Secret, out var device) is null ? device : null;

    [Benchmark]
    public object DecisionUpToDate() => UpdateDecision.Decide(new UpdateQuestion(_app, _current));

    [Benchmark]
    public object DecisionOffer() => UpdateDecision.Decide(new UpdateQuestion(_app, _behind));

    [Benchmark]
    public int Cohort() => _cohorts.Of(_current.Device);

    [Benchmark]
    public async Task<object> AnswerUpToDate() => AnswerBody.Of(await _answers.WriteAsync(_upToDate, _current, CancellationToken.None));
}
