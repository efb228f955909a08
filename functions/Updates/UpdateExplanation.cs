using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Updates;

/// <summary>Decides as <see cref="UpdateCheck"/> does and tells why. Only reads: no offer is written down, and the device is not seen.</summary>
internal sealed class UpdateExplanation(AppSnapshots snapshots, OutcomeStore outcomes, UpdateAnswers answers, ChannelSelf channels)
{
    // What the developer wrote is shown as it is; every other address in an answer is a download.
    private const string DeveloperLink = "link";

    public async Task<ExplainedUpdate> RunAsync(DeviceRequest device, CancellationToken cancellation)
    {
        var app = await snapshots.GetAsync(device.App);
        var question = new UpdateQuestion(app, await channels.FollowedAsync(device, cancellation));
        var outcome = question.Release is { } release
            ? await StorageDeadline.BoundAsync(token => outcomes.FindAsync(device.App, release.Version, device.Device, token), cancellation)
            : null;
        var trace = new List<UpdateTraceStep>();
        var decision = UpdateDecision.Decide(question, trace);
        if (decision is UpdateDecision.Offer offer)
        {
            decision = offer.Under(outcome!.Terms);
            trace.Add(Step(outcome!, decision));
        }

        return new ExplainedUpdate
        {
            App = device.App.Value,
            Device = device.Device.Hex,
            Revision = app.Revision,
            Channel = question.Channel?.Name.Value,
            Target = question.Channel is null ? null : question.Target?.Value ?? BundleVersion.Builtin,
            Lead = ExplainedLead.Of(question),
            Trace = [.. trace],
            Outcome = outcome is null ? null : new(outcome.OfferedAt, outcome.Exposed, outcome.Verdict, outcome.HasFailed, outcome.FilesHaveFailed, outcome.FailureCode),
            Answer = Show(await answers.WriteAsync(decision, device, cancellation)),
        };
    }

    /// <summary>The last question to an offer, which the check asks when it writes the offer down.</summary>
    private static UpdateTraceStep Step(DeviceOutcome outcome, UpdateDecision decision) => new(
        "failed_before",
        outcome.FailureCode is not null ? $"the device reported {outcome.FailureCode}" : "no failure on record",
        outcome.Terms is OfferTerms.Any ? UpdateTraceStep.Pass : UpdateTraceStep.Describe(decision));

    private static JsonObject Show(UpdateAnswer answer)
    {
        var shown = JsonSerializer.SerializeToNode(answer, WireJson.Default.UpdateAnswer)!.AsObject();
        StripSignatures(shown);
        return shown;
    }

    private static void StripSignatures(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, value) in members.Where(member => member.Key != DeveloperLink).ToArray())
                {
                    StripSignatures(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items.ToArray())
                {
                    StripSignatures(item);
                }

                break;
            case JsonValue value when value.TryGetValue(out string? text)
                && Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Query.Length > 0:
                value.ReplaceWith(address.GetLeftPart(UriPartial.Path));
                break;
        }
    }
}
