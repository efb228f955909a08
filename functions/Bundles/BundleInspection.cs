namespace Serverless.Bundles;

/// <summary>What came of inspecting an upload.</summary>
internal abstract record BundleInspection
{
    private BundleInspection()
    {
    }

    public sealed record Sound(BundleContents Contents) : BundleInspection;

    public sealed record Refused(Rejection Rejection) : BundleInspection;
}
