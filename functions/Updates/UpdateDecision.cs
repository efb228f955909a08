using Serverless.Outcomes;
using Serverless.Releases;

namespace Serverless.Updates;

/// <summary>What a device is to be told.</summary>
internal abstract record UpdateDecision
{
    private UpdateDecision()
    {
    }

    /// <summary>A release to install, in the form this device can verify.</summary>
    /// <param name="Release">What to install.</param>
    /// <param name="Form">The encrypted form for devices with a key; null for the plain one.</param>
    /// <param name="FileList">The list of files to offer beside the zip; null for the zip alone.</param>
    public sealed record Offer(Release Release, SignedForm? Form, Sha256Digest? FileList) : UpdateDecision
    {
        /// <summary>What is left of the offer after what the device reported about the release before.</summary>
        public UpdateDecision Under(OfferTerms terms) => terms switch
        {
            // Offering it again would loop: the device forgets that it failed.
            OfferTerms.None => new Blocked("release_failed_on_device", "The release failed on this device before") { Version = Release.Version },
            OfferTerms.ZipOnly => this with { FileList = null },
            _ => this,
        };
    }

    /// <summary>Back to the bundle inside the app.</summary>
    public sealed record Revert : UpdateDecision;

    /// <summary>Nothing to do.</summary>
    public sealed record UpToDate(string Code, string Message) : UpdateDecision;

    /// <summary>There may be something newer, but not for this device. The plugin stays silent about it.</summary>
    /// <param name="Code">Stable, for the app's own code.</param>
    /// <param name="Message">For people.</param>
    public sealed record Blocked(string Code, string Message) : UpdateDecision
    {
        /// <summary>The release that is held back, when there is one.</summary>
        public BundleVersion? Version { get; init; }

        /// <summary>What <see cref="Version"/> was held against: the running bundle's name, or the native version.</summary>
        public string? Old { get; init; }

        /// <summary>The app has to be updated in its store first; plugins tell the app so.</summary>
        public bool NeedsStoreUpdate { get; init; }
    }

    /// <summary>Something is set up wrongly and somebody should hear of it: plugins report it as a failed download.</summary>
    public sealed record Failed(string Code, string Message) : UpdateDecision;

    /// <summary>Decides from what is known of the app and what the device says. Pure: the first rule that has an answer decides.</summary>
    /// <param name="question">The app and the device.</param>
    /// <param name="trace">Filled, when given, with every rule that was asked.</param>
    public static UpdateDecision Decide(UpdateQuestion question, ICollection<UpdateTraceStep>? trace = null)
    {
        foreach (var rule in UpdateRules.InOrder)
        {
            var answer = rule.Judge(question);
            trace?.Add(new UpdateTraceStep(rule.Name, rule.Inputs(question), UpdateTraceStep.Describe(answer)));
            if (answer is not null)
            {
                return answer;
            }
        }

        throw new InvalidOperationException("The last rule answers every question.");
    }
}
