using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using Serverless.Access;
using Serverless.Approvals;
using Serverless.Audits;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Rollouts;
using Serverless.Tests.Unit.Releases;
using Serverless.Tests.Unit.Rollouts;

namespace Serverless.Tests.Unit.Approvals;

/// <summary>Whatever approvers, uploaders and admins do in whatever order, a channel goes forward exactly when the policy says so.</summary>
public sealed class ApprovalSequenceTests
{
    private const string Actor = "somebody";

    private static readonly string[] People = ["token:ann", "token:ben", "token:cem", "token:dee"];
    private static readonly BundleVersion Version = Words.Version("1.1.0");

    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Frequency((8, Gen.Const(0)), (1, Gen.Const(1)), (1, Gen.Const(2)), (1, Gen.Const(3)), (1, Gen.Const(4)), (2, Gen.Const(5)), (1, Gen.Const(6)), (6, Gen.Const(7))),
        Gen.Int[0, 3],
        Gen.Frequency((4, Gen.Const(0)), (1, Gen.Const(1))),
        Gen.OneOf(Gen.Const(10), Gen.Const(50), Gen.Const(100)),
        Gen.Int[0, 3],
        (kind, who, content, percent, number) => new Step(kind, People[who], content, percent, number));

    [Fact]
    public void Nothing_goes_out_without_enough_distinct_approvers_of_its_bytes_channel_and_share() => AnyStep.Array[1, 60].Sample(
        steps =>
        {
            var run = new Run();
            foreach (var step in steps)
            {
                run.Take(step);
            }
        },
        iter: 1_000);

    private readonly record struct Step(int Kind, string Who, int Content, int Percent, int Number);

    /// <summary>A channel on 1.0.0, its request for 1.1.0, and the model and the auditor that watch them.</summary>
    private sealed class Run
    {
        private readonly ApprovalModel _model = new();
        private readonly LedgerFacts _audit = new();
        private Channel _channel = Channel.New(ChannelName.Production, id: 1);
        private ApprovalRequest? _request;
        private DateTimeOffset _now = TestRollouts.Noon;
        private long _revision;

        public Run()
        {
            Write([new LedgerEntry(LedgerKind.ChannelCreated, Actor, "production", "public")]);
            Lead(new ChannelAct(_channel.PointAt(Words.Version("1.0.0")), [new LedgerEntry(LedgerKind.ChannelMoved, Actor, "production", "from builtin to 1.0.0")]));
            Take(new Step(5, People[0], 0, 0, 2));
            Take(new Step(4, People[0], 0, 0, 0));
        }

        public void Take(Step step)
        {
            _revision++;
            switch (step.Kind)
            {
                case 0:
                    Order(step, ApprovalAction.Approve);
                    _model.Approve(step.Who, step.Content, step.Percent, _now);
                    break;
                case 1:
                    Order(step, ApprovalAction.Withdraw);
                    _model.Withdraw(step.Who, step.Content, _now);
                    break;
                case 2:
                    Order(step, ApprovalAction.Decline);
                    _model.Decline(step.Who, step.Content);
                    break;
                case 3:
                    Order(step with { Who = "token:admin" }, ApprovalAction.BreakGlass, isAdmin: step.Number == 0);
                    if (step.Number == 0)
                    {
                        _model.BreakGlass(step.Content);
                    }

                    break;
                case 4:
                    Upload(step.Content, words: step.Number % 2);
                    break;
                case 5:
                    SetPolicy(step.Number);
                    break;
                case 6:
                    _now += TimeSpan.FromHours(1 + (step.Number * 3));
                    break;
                default:
                    Publish(step.Percent);
                    break;
            }
        }

        private void Order(Step step, ApprovalAction action, bool isAdmin = false)
        {
            var by = new Principal(step.Who, isAdmin ? Scopes.Admin : Scopes.Promote);
            var order = new ApprovalOrder(action, Digest(step.Content).Hex, step.Percent is 0 ? 100 : step.Percent, "because");
            Assert.Null(ApprovalOrders.FindFault(order));
            var (problem, act) = ApprovalOrders.Decide(by, Words.App("com.example.app"), _channel, _request, order, _now);
            Assert.True(problem is null || act is null);
            Take(act);
        }

        private void Upload(int content, int words)
        {
            if (_channel.Approvals is { } policy)
            {
                Take(ApprovalActs.Ask(_request, new ApprovalRequest
                {
                    Channel = _channel.Name,
                    Version = Version,
                    Sha256 = Digest(content),
                    Metadata = Metadata(words),
                    Upload = string.Create(CultureInfo.InvariantCulture, $"0x{_revision}"),
                    AskedAt = _now,
                    Percent = 100,
                    Policy = policy.Number,
                }, Actor));
                _model.Upload(content, words);
            }
        }

        private void SetPolicy(int required)
        {
            var approvers = required == 0 ? [] : People[..Math.Max(required, 3)];
            Lead(ApprovalActs.SetPolicy(_channel, new ApprovalSettings(required, [.. approvers], _model.Expiry).ToPolicy(_revision), Actor));
            _model.SetPolicy(required, approvers);
        }

        /// <summary>Does what intake and people do, and undoes it, so that the next step finds the channel where it was.</summary>
        private void Publish(int percent)
        {
            var act = percent == 100
                ? new ChannelAct(_channel.PointAt(Version), [new LedgerEntry(LedgerKind.ChannelMoved, Actor, "production", "from 1.0.0 to 1.1.0")])
                : RolloutActs.Start(_channel with { Ramp = new Ramp([new RampStage(percent, TimeSpan.Zero, 0)], 0) }, Version, _revision, Actor, "it is time", _now);
            var step = Assert.IsType<ForwardStep>(ForwardStep.Between(_channel, act.Channel));
            var pass = _channel.Approvals is not { } policy ? ApprovalPass.Free
                : _request is null ? null
                : ApprovalPass.Find(policy, step, _request, Actor, _now);

            Assert.Equal((Version, percent), (step.Version, step.Percent));
            Assert.True(_model.MayLead(percent) == pass is not null, $"{percent}% of {_request} under {_channel.Approvals}");
            if (pass is null)
            {
                return;
            }

            Write(pass.Ledger);
            _request = pass.Used ?? _request;
            Write(act.Ledger);
            Write(percent == 100
                ? [new LedgerEntry(LedgerKind.ChannelMoved, Actor, "production", "from 1.1.0 to 1.0.0: it failed")]
                : RolloutActs.Abort(act.Channel, Actor, "it failed").Ledger);
        }

        private void Take(ApprovalAct? act)
        {
            _request = act?.Request ?? _request;
            Write(act?.Ledger ?? []);
            Assert.Equal(
                act is null ? _audit.Approvals.GetValueOrDefault("production/1.1.0")?.RowDigest : RowDigest.In(act.Ledger[^1].Why),
                _request is null ? null : RowDigest.Of(System.Text.Json.JsonSerializer.Serialize(_request, PipelineJson.Default.ApprovalRequest)).Hex);
        }

        private void Lead(ChannelAct act)
        {
            _channel = act.Channel;
            Write(act.Ledger);
        }

        private void Write(ImmutableArray<LedgerEntry> entries) =>
            Assert.All(entries, entry => Assert.True(_audit.Apply(new LedgerDocument(1, _now, entry.Kind, entry.Actor, entry.Subject, entry.Why)), $"{entry}"));

        private static Sha256Digest Digest(int content) => TestReleases.Digest($"content {content}");

        private static UploadMetadata Metadata(int words) => new(new BundleNotes(MinNative: $"{words}.0.0"), AllowMissingReady: false, AllowDowngrade: false);
    }
}
