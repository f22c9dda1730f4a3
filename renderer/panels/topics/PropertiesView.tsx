/** The MQTT 5 properties of a message, under their names in the specification. */

import type { ReactNode } from 'react';
import type { Field } from '../../../shared/mqtt/packet.ts';
import { toHex } from '../../../shared/payload/payload-encoding.ts';
import { isPropertyName, propertyByName } from '../../../shared/mqtt/properties.ts';
import { versionName } from '../../../shared/mqtt/version.ts';
import { type LoadedMessage, propertyFields } from '../../model/topics-value.ts';
import { useText } from '../../model/use-store.ts';
import { topicsText } from './strings/text.ts';

export function PropertiesView({ message }: { readonly message: LoadedMessage }): ReactNode {
  const t = useText(topicsText);
  const { detail } = message;
  const fields = propertyFields(detail.fields);
  if (fields.length === 0)
    return (
      <p className="topics-note">
        {detail.protocolVersion === 5
          ? t('properties.none-5')
          : t('properties.none', { version: versionName(detail.protocolVersion) })}
      </p>
    );
  return (
    <dl className="topics-properties mono" aria-label={t('properties.label')}>
      {fields.map((field) => (
        <div key={field.from}>
          <dt>{specificationName(field.name)}</dt>
          <dd>{valueText(field, detail.bytes)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** `messageExpiryInterval` is Message Expiry Interval in the specification. */
function specificationName(name: string): string {
  return isPropertyName(name) ? propertyByName(name).title : name;
}

/** The value, a pair as `name = value`, binary data without its length as hex. */
function valueText(field: Field, bytes: Uint8Array): string {
  if (field.value !== undefined) return String(field.value);
  const { children } = field;
  if (children === undefined) return toHex(bytes.subarray(field.from, field.to));
  return children
    .filter(({ name }) => name === 'name' || name === 'value' || name === 'bytes')
    .map((child) => valueText(child, bytes))
    .join(' = ');
}
