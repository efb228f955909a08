namespace Serverless.Outcomes;

/// <summary>How a device may be offered a release, after what it reported about it before.</summary>
internal enum OfferTerms
{
    /// <summary>Not at all: it failed there.</summary>
    None,

    /// <summary>As a zip: downloading it file by file failed there, and plugins never fall back by themselves.</summary>
    ZipOnly,

    /// <summary>In any form.</summary>
    Any,
}
